#include "kernels.h"

static void convolve(const ck_kernels *kernels, int64_t chunks, int64_t blocks, bool panels_outer) {
  enum { TAPS = 9, STEPS = TAPS * CHANNELS / CK_DEPTH, UNITS = OUTPUTS / CK_LANES };
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
        .lanes = CK_LANES, .first_unit = i, .weights = (int64_t)i * STEPS * CK_DEPTH * CK_LANES, .input = 0,
        .steps = STEPS};
  const ck_convolution task = {
      .input = input, .input_image = 0, .input_row = ROW, .input_pixel = CK_LANES, .output = view(output),
      .weights = packed, .bias = bias, .offsets = offsets, .chunks = chunks, .depth = CK_DEPTH,
      .panels = panels, .panel_count = UNITS, .blocks = blocks, .panels_outer = panels_outer, .images = 1,
      .height = HEIGHT, .width = WIDTH, .activation = relu, .second_activation = relu};
  kernels->convolution(&task, 0, blocks * UNITS, scratch);
  char name[64];
  snprintf(name, sizeof name, "convolution, %d chunks, %d blocks", (int)chunks, (int)blocks);
  check_convolution(name, 3, 3, 1e-5);
}

void test_direct(const ck_kernels *kernels) {
  for (int64_t chunks = 1; chunks <= 3; chunks++)
    for (int64_t blocks = 1; blocks <= 3; blocks += 2) convolve(kernels, chunks, blocks, chunks == 2);
}

// Of the convolution that is being tested: channels of a group, which give as many, and outputs of a single channel.
static int64_t group, multiplier;

static double filtered(int64_t c, int64_t y, int64_t x) {
  double sum = bias[c];
  for (int64_t i = 0; i < group; i++)
    for (int64_t tap = 0; tap < 9; tap++)
      sum += (double)weights[(c * group + i) * 9 + tap] *
             input[place(c / multiplier / group * group + i, y + tap / 3 - 1, x + tap % 3 - 1)];
  return fmax(sum, 0);
}

static void filter(const ck_kernels *kernels, int64_t channels_of_group, int64_t outputs_of_channel) {
  group = channels_of_group, multiplier = outputs_of_channel;
  for (int64_t c = 0; c < CHANNELS; c++)
    for (int64_t i = 0; i < group; i++)
      for (int64_t tap = 0; tap < 9; tap++) {
        const bool crosswise = group < kernels->lanes;
        const int64_t row = crosswise ? c % group ^ i : i;
        const int64_t lane = c % CK_LANES - (crosswise ? c % group - i : 0);
        packed[((c / CK_LANES * 9 + tap) * group + row) * CK_LANES + lane] = weights[(c * group + i) * 9 + tap];
      }
  const ck_grouped task = {
      .group = group, .multiplier = multiplier,
      .input = {.base = input + place(0, -1, -1), .image = 0, .unit = UNIT, .row = ROW},
      .output = view(output), .weights = packed, .bias = bias, .rows = {CHANNELS / CK_LANES, HEIGHT, 2},
      .width = WIDTH, .kernel_height = 3, .kernel_width = 3, .stride_y = 1, .stride_x = 1,
      .dilation_y = 1, .dilation_x = 1, .activation = relu};
  kernels->grouped(&task, 0, CHANNELS / CK_LANES * HEIGHT, scratch);
  char name[64];
  snprintf(name, sizeof name, "groups of %d, %d outputs a channel", (int)group, (int)multiplier);
  check(name, CHANNELS, 1e-5, filtered);
}

void test_grouped(const ck_kernels *kernels) {
  for (int64_t channels = 1; channels <= 8; channels *= 2) filter(kernels, channels, 1);
  for (int64_t outputs = 2; outputs <= 4; outputs *= 2) filter(kernels, 1, outputs);
}
