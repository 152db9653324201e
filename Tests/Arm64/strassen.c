#include "kernels.h"

// The block of B whose rows are the lower or upper half of the input channels, its columns that of the output channels.
static double block(int upper_input, int upper_output, int64_t c, int64_t o) {
  return (double)weights[(upper_output * OUTPUTS / 2 + o) * CHANNELS + upper_input * CHANNELS / 2 + c];
}

// The seven matrices of a pair of halves, in the order of the products.
static double factor(int product, int64_t c, int64_t o) {
  const double b11 = block(0, 0, c, o), b12 = block(0, 1, c, o), b21 = block(1, 0, c, o), b22 = block(1, 1, c, o);
  const double t1 = b12 - b11, t2 = b22 - t1;
  switch (product) {
  case 0: return b11;
  case 1: return b21;
  case 2: return t2;
  case 3: return b22 - b12;
  case 4: return b21 - t2;
  case 5: return t1;
  default: return b22;
  }
}

static void convolve(const ck_kernels *kernels, int64_t blocks, bool panels_outer) {
  enum { STEPS = CHANNELS / 2 / CK_DEPTH, UNITS = OUTPUTS / CK_LANES / 2, PRODUCTS = 7 };
  int64_t offsets[STEPS], sum_offsets[STEPS];
  for (int64_t step = 0; step < STEPS; step++) {
    offsets[step] = sum_offsets[step] = step * CK_DEPTH;
    for (int64_t o = 0; o < OUTPUTS / 2; o++)
      for (int64_t c = 0; c < CK_DEPTH; c++)
        for (int k = 0; k < PRODUCTS; k++)
          packed[(((o / CK_LANES * PRODUCTS + k) * STEPS + step) * CK_DEPTH + c) * CK_LANES + o % CK_LANES] =
              (float)factor(k, step * CK_DEPTH + c, o);
  }
  ck_panel panels[UNITS];
  for (int i = 0; i < UNITS; i++)
    panels[i] = (ck_panel){.lanes = CK_LANES, .first_unit = i, .input = 0, .steps = STEPS,
                           .weights = (int64_t)i * PRODUCTS * STEPS * CK_DEPTH * CK_LANES};
  const int64_t pairs = (HEIGHT * WIDTH + 1) / 2;
  const ck_strassen task = {
      .whole = {.input = input + place(0, 0, 0), .input_image = 0, .input_row = ROW, .input_pixel = CK_LANES,
                .output = view(output), .weights = packed, .bias = bias, .offsets = offsets, .chunks = 1,
                .depth = CK_DEPTH, .panels = panels, .panel_count = UNITS, .blocks = blocks,
                .panels_outer = panels_outer, .images = 1, .height = HEIGHT, .width = WIDTH, .activation = relu,
                .second_activation = relu},
      .units = CHANNELS / CK_LANES / 2, .upper_units = CHANNELS / CK_LANES / 2, .output_units = UNITS,
      .input_unit = UNIT, .last_lanes = CK_LANES,
      .most_pairs = (pairs + blocks - 1) / blocks, .sum_offsets = sum_offsets};
  kernels->strassen(&task, 0, blocks * UNITS, scratch);
  check_convolution("strassen", 1, 1, 1e-5);
}

void test_strassen(const ck_kernels *kernels) {
  convolve(kernels, 1, false);
  convolve(kernels, 4, true);
}
