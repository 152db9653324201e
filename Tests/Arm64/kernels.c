// The kernels against plain loops, for processors that the Swift tests do not run on: built by `make arm64`.
#include "kernels.h"

float input[CHANNELS / CK_LANES * UNIT] __attribute__((aligned(64)));
float output[OUTPUTS / CK_LANES * UNIT] __attribute__((aligned(64)));
float weights[OUTPUTS * CHANNELS * MOST_TAPS], bias[OUTPUTS] __attribute__((aligned(64)));
float packed[OUTPUTS * CHANNELS * 64] __attribute__((aligned(64))), scratch[1 << 18] __attribute__((aligned(64)));

void check(const char *name, int64_t channels, double tolerance, double (*expected)(int64_t, int64_t, int64_t)) {
  double worst = 0, largest = 0;
  for (int64_t c = 0; c < channels; c++)
    for (int64_t y = 0; y < HEIGHT; y++)
      for (int64_t x = 0; x < WIDTH; x++) {
        const double wanted = expected(c, y, x), difference = fabs(wanted - output[place(c, y, x)]);
        largest = fmax(largest, fabs(wanted));
        // What is not a number is as wrong as can be.
        worst = isnan(difference) ? INFINITY : fmax(worst, difference);
      }
  printf("%-36s %.1e\n", name, worst / largest);
  if (!(worst <= tolerance * largest)) exit(EXIT_FAILURE);
  memset(output, 0xff, sizeof output);
}

static int64_t kernel_height, kernel_width;

static double convolved(int64_t o, int64_t y, int64_t x) {
  double sum = bias[o];
  for (int64_t c = 0; c < CHANNELS; c++)
    for (int64_t i = 0; i < kernel_height; i++)
      for (int64_t j = 0; j < kernel_width; j++)
        sum += (double)weights[((o * CHANNELS + c) * kernel_height + i) * kernel_width + j] *
               input[place(c, y + i - kernel_height / 2, x + j - kernel_width / 2)];
  return fmax(sum, 0);
}

void check_convolution(const char *name, int64_t height, int64_t width, double tolerance) {
  kernel_height = height;
  kernel_width = width;
  check(name, OUTPUTS, tolerance, convolved);
}

static float random_number(void) { return (float)rand() / (float)RAND_MAX * 2 - 1; }

int main(void) {
  for (int64_t c = 0; c < CHANNELS; c++)
    for (int64_t y = 0; y < HEIGHT; y++)
      for (int64_t x = 0; x < WIDTH; x++) input[place(c, y, x)] = random_number();
  for (int i = 0; i < OUTPUTS * CHANNELS * MOST_TAPS; i++) weights[i] = random_number();
  for (int i = 0; i < OUTPUTS; i++) bias[i] = random_number();
  memset(output, 0xff, sizeof output);
  const ck_kernels *kernels = ck_kernels_best();
  printf("%s\n", kernels->name);
  test_direct(kernels);
  test_grouped(kernels);
  test_winograd(kernels);
  test_strassen(kernels);
}
