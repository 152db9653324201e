// The kernels against plain loops, for processors that the Swift tests do not run on: built by `make arm64`.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ConvKernels.h"

enum { HEIGHT = 7, WIDTH = 9, CHANNELS = 32, OUTPUTS = 48, TAPS = 9 };
enum { ROW = (WIDTH + 2) * CK_LANES, UNIT = (HEIGHT + 2) * ROW };

static float input[CHANNELS / CK_LANES * UNIT], output[OUTPUTS / CK_LANES * UNIT];
static float weights[OUTPUTS * CHANNELS * TAPS], packed[OUTPUTS * CHANNELS * TAPS], bias[OUTPUTS];
static float scratch[1 << 16] __attribute__((aligned(64)));

static float random_number(void) { return (float)rand() / (float)RAND_MAX * 2 - 1; }

static int64_t place(int64_t channel, int64_t y, int64_t x) {
  return channel / CK_LANES * UNIT + (y + 1) * ROW + (x + 1) * CK_LANES + channel % CK_LANES;
}

static ck_view view(float *memory) {
  return (ck_view){.base = memory + ROW + CK_LANES, .image = 0, .unit = UNIT, .row = ROW};
}

static const ck_activation relu = {.function = CK_CLAMP, .low = 0, .high = INFINITY, .parameter = 0};

// The largest difference from `expected`, as a share of its largest value; ends the program where it is too large.
static void check(const char *name, int64_t channels, double (*expected)(int64_t, int64_t, int64_t)) {
  double worst = 0, largest = 0;
  for (int64_t c = 0; c < channels; c++)
    for (int64_t y = 0; y < HEIGHT; y++)
      for (int64_t x = 0; x < WIDTH; x++) {
        const double wanted = expected(c, y, x);
        largest = fmax(largest, fabs(wanted));
        worst = fmax(worst, fabs(wanted - output[place(c, y, x)]));
      }
  printf("%-32s %.1e\n", name, worst / largest);
  if (!(worst <= 1e-5 * largest)) exit(EXIT_FAILURE);
}

static double convolved(int64_t o, int64_t y, int64_t x) {
  double sum = bias[o];
  for (int64_t c = 0; c < CHANNELS; c++)
    for (int64_t tap = 0; tap < TAPS; tap++)
      sum += (double)weights[(o * CHANNELS + c) * TAPS + tap] * input[place(c, y + tap / 3 - 1, x + tap % 3 - 1)];
  return fmax(sum, 0);
}

static void test_convolution(const ck_kernels *kernels, int64_t chunks, int64_t blocks, bool panels_outer) {
  enum { STEPS = TAPS * CHANNELS / CK_DEPTH, UNITS = OUTPUTS / CK_LANES };
  int64_t offsets[STEPS];
  for (int64_t step = 0; step < STEPS; step++) {
    const int64_t tap = step / (CHANNELS / CK_DEPTH), channel = step % (CHANNELS / CK_DEPTH) * CK_DEPTH;
    offsets[step] = place(channel, tap / 3 - 1, tap % 3 - 1);
    for (int64_t o = 0; o < OUTPUTS; o++)
      for (int64_t c = 0; c < CK_DEPTH; c++)
        packed[((o / CK_LANES * STEPS + step) * CK_DEPTH + c) * CK_LANES + o % CK_LANES] =
            weights[(o * CHANNELS + channel + c) * TAPS + tap];
  }
  ck_panel panels[UNITS];
  for (int i = 0; i < UNITS; i++)
    panels[i] = (ck_panel){
        .units = 1, .first_unit = i, .weights = (int64_t)i * STEPS * CK_DEPTH * CK_LANES, .input = 0, .steps = STEPS};
  const ck_convolution task = {
      .input = input, .input_image = 0, .input_row = ROW, .input_pixel = CK_LANES, .output = view(output),
      .weights = packed, .bias = bias, .offsets = offsets, .chunks = chunks, .depth = CK_DEPTH,
      .panels = panels, .panel_count = UNITS, .blocks = blocks, .panels_outer = panels_outer, .images = 1,
      .height = HEIGHT, .width = WIDTH, .activation = relu, .second_activation = relu};
  memset(output, 0xff, sizeof output);
  kernels->convolution(&task, 0, blocks * UNITS, scratch);
  char name[64];
  snprintf(name, sizeof name, "convolution, %d chunks, %d blocks", (int)chunks, (int)blocks);
  check(name, OUTPUTS, convolved);
}

static double filtered(int64_t c, int64_t y, int64_t x) {
  double sum = bias[c];
  for (int64_t tap = 0; tap < TAPS; tap++)
    sum += (double)weights[c * TAPS + tap] * input[place(c, y + tap / 3 - 1, x + tap % 3 - 1)];
  return fmax(sum, 0);
}

static void test_depthwise(const ck_kernels *kernels) {
  for (int64_t c = 0; c < CHANNELS; c++)
    for (int64_t tap = 0; tap < TAPS; tap++)
      packed[(c / CK_LANES * TAPS + tap) * CK_LANES + c % CK_LANES] = weights[c * TAPS + tap];
  const ck_grouped task = {
      .group = 1,
      .input = (ck_view){.base = input, .image = 0, .unit = UNIT, .row = ROW}, .output = view(output),
      .weights = packed, .bias = bias, .images = 1, .units = CHANNELS / CK_LANES, .height = HEIGHT, .width = WIDTH,
      .kernel_height = 3, .kernel_width = 3, .stride_y = 1, .stride_x = 1, .dilation_y = 1, .dilation_x = 1,
      .activation = relu};
  memset(output, 0xff, sizeof output);
  kernels->grouped(&task, 0, CHANNELS / CK_LANES * HEIGHT, scratch);
  check("depthwise", CHANNELS, filtered);
}

int main(void) {
  for (int64_t c = 0; c < CHANNELS; c++)
    for (int64_t y = 0; y < HEIGHT; y++)
      for (int64_t x = 0; x < WIDTH; x++) input[place(c, y, x)] = random_number();
  for (int i = 0; i < OUTPUTS * CHANNELS * TAPS; i++) weights[i] = random_number();
  for (int i = 0; i < OUTPUTS; i++) bias[i] = random_number();
  const ck_kernels *kernels = ck_kernels_best();
  printf("%s\n", kernels->name);
  for (int64_t chunks = 1; chunks <= 3; chunks++)
    for (int64_t blocks = 1; blocks <= 3; blocks += 2) test_convolution(kernels, chunks, blocks, chunks == 2);
  test_depthwise(kernels);
}
