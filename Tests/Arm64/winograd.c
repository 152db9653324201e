#include "kernels.h"

// The transforms of m outputs of a filter of r taps by the construction of Cook and Toom: values at points, the last of
// which is infinity.
typedef struct {
  int outputs, taps, products;
  double input[8][8], weights[8][8], output[8][8];
} transform;

static transform cook_toom(int outputs, int taps) {
  static const double points[] = {0, 1, -1, 2, -2, 0.5, -0.5};
  transform t = {.outputs = outputs, .taps = taps, .products = outputs + taps - 1};
  const int last = t.products - 1;
  for (int j = 0; j <= last; j++) {
    // The polynomial whose roots are all other points, lowest power first, and its value at this one.
    double *roots = t.input[j], scale = 1;
    roots[0] = 1;
    for (int k = 0, degree = 0; k < last; k++) {
      if (k == j) continue;
      degree++;
      for (int i = degree; i >= 0; i--) roots[i] = (i > 0 ? roots[i - 1] : 0) - points[k] * roots[i];
      if (j < last) scale *= points[j] - points[k];
    }
    for (int i = 0; i < taps; i++) t.weights[j][i] = j < last ? pow(points[j], i) / scale : i == taps - 1;
    for (int i = 0; i < outputs; i++) t.output[i][j] = j < last ? pow(points[j], i) : i == outputs - 1;
  }
  return t;
}

static const transform identity = {.outputs = 1, .taps = 1, .products = 1, .weights = {{1}}};

// A convolution by transforms of columns and rows, one of which may be the identity.
static void convolve(const ck_kernels *kernels, const char *name, ck_winograd_form form, transform down,
                     transform across, int64_t blocks) {
  enum { STEPS = CHANNELS / CK_DEPTH, UNITS = OUTPUTS / CK_LANES };
  const int64_t products = down.products * across.products, taps = down.taps * across.taps;
  for (int64_t o = 0; o < OUTPUTS; o++)
    for (int64_t c = 0; c < CHANNELS; c++)
      for (int64_t k = 0; k < products; k++) {
        double sum = 0;
        for (int64_t tap = 0; tap < taps; tap++)
          sum += down.weights[k / across.products][tap / across.taps] *
                 across.weights[k % across.products][tap % across.taps] *
                 (double)weights[(o * CHANNELS + c) * taps + tap];
        packed[((o / CK_LANES * products + k) * CHANNELS + c) * CK_LANES + o % CK_LANES] = (float)sum;
      }
  ck_panel panels[UNITS];
  for (int i = 0; i < UNITS; i++)
    panels[i] = (ck_panel){.lanes = CK_LANES, .first_unit = i,
                           .weights = i * products * CHANNELS * CK_LANES, .steps = STEPS};
  const int64_t tiles_y = (HEIGHT + down.outputs - 1) / down.outputs;
  const int64_t tiles_x = (WIDTH + across.outputs - 1) / across.outputs, tiles = tiles_y * tiles_x;
  int64_t offsets[4 * STEPS];
  for (int64_t block = 0; block < blocks; block++)
    for (int64_t step = 0; step < STEPS; step++) {
      const int64_t count = tiles * (block + 1) / blocks - tiles * block / blocks, channel = step * CK_DEPTH;
      offsets[block * STEPS + step] = channel / CK_LANES * count * CK_LANES + channel % CK_LANES;
    }
  const transform *line = down.products > 1 ? &down : &across;
  float input_matrix[64], output_matrix[64];
  for (int i = 0; i < line->products; i++)
    for (int j = 0; j < line->products; j++) {
      input_matrix[i * line->products + j] = (float)line->input[i][j];
      if (i < line->outputs) output_matrix[i * line->products + j] = (float)line->output[i][j];
    }
  const ck_winograd task = {
      .form = form, .input = view(input), .output = view(output), .weights = packed, .bias = bias,
      .offsets = offsets, .panels = panels, .panel_count = UNITS, .blocks = blocks, .shares = 2,
      .products = products, .steps = STEPS, .most_units = CHANNELS / CK_LANES, .images = 1,
      .input_height = HEIGHT, .input_width = WIDTH, .height = HEIGHT, .width = WIDTH,
      .padding_y = down.taps / 2, .padding_x = across.taps / 2, .tile_height = down.outputs,
      .tile_width = across.outputs, .tiles_y = tiles_y, .tiles_x = tiles_x, .input_matrix = input_matrix,
      .output_matrix = output_matrix, .activation = relu, .second_activation = relu};
  kernels->winograd(&task, 0, blocks * 2, scratch);
  check_convolution(name, down.taps, across.taps, 1e-4);
}

void test_winograd(const ck_kernels *kernels) {
  const transform six = cook_toom(6, 3), four = cook_toom(4, 3), two = cook_toom(2, 3), wide = cook_toom(2, 5);
  for (int64_t blocks = 1; blocks <= 3; blocks += 2) {
    convolve(kernels, "winograd F(6x6, 3x3)", CK_F_6_3, six, six, blocks);
    convolve(kernels, "winograd F(4x4, 3x3)", CK_F_4_3, four, four, blocks);
    convolve(kernels, "winograd F(2x2, 3x3)", CK_F_2_3, two, two, blocks);
    convolve(kernels, "winograd F(2x2, 5x5)", CK_F_2_5, wide, wide, blocks);
    convolve(kernels, "winograd F(1x4, 1x3)", CK_LINE, identity, four, blocks);
    convolve(kernels, "winograd F(4x1, 3x1)", CK_LINE, four, identity, blocks);
  }
}
