// What the tests of the kernels share: values around which zeros lie, random weights, and how results are judged.
#pragma once
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ConvKernels.h"

// Zeros around a map: as many as a kernel of seven taps reads beyond its border.
enum { HEIGHT = 7, WIDTH = 9, HALO = 3, CHANNELS = 32, OUTPUTS = 96, MOST_TAPS = 25 };
enum { ROW = (WIDTH + 2 * HALO) * CK_LANES, UNIT = (HEIGHT + 2 * HALO) * ROW };

extern float input[CHANNELS / CK_LANES * UNIT], output[OUTPUTS / CK_LANES * UNIT];
extern float weights[OUTPUTS * CHANNELS * MOST_TAPS], bias[OUTPUTS];
// Room for the weights in the order of a kernel, and for what a worker needs.
extern float packed[OUTPUTS * CHANNELS * 64], scratch[1 << 18];

static const ck_activation relu = {.function = CK_CLAMP, .low = 0, .high = INFINITY, .parameter = 0};

static inline int64_t place(int64_t channel, int64_t y, int64_t x) {
  return channel / CK_LANES * UNIT + (y + HALO) * ROW + (x + HALO) * CK_LANES + channel % CK_LANES;
}

static inline ck_view view(float *memory) {
  return (ck_view){.base = memory + place(0, 0, 0), .image = 0, .unit = UNIT, .row = ROW};
}

// Ends the program where the output, of a convolution with a kernel of `height` times `width` taps and as many zeros
// around the map as keep its size, differs from the direct sum by more than `tolerance` of its largest value.
void check_convolution(const char *name, int64_t height, int64_t width, double tolerance);
// The same of any output; `expected` gives the value of a channel's pixel.
void check(const char *name, int64_t channels, double tolerance, double (*expected)(int64_t, int64_t, int64_t));

void test_direct(const ck_kernels *kernels);
void test_grouped(const ck_kernels *kernels);
void test_winograd(const ck_kernels *kernels);
void test_strassen(const ck_kernels *kernels);
