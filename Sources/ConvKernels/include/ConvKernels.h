// The kernels of the engine, for each instruction set, behind one table that is chosen once.
//
// Activations lie as [image][unit][row][pixel][16]: a unit is 16 channels, a pixel of a unit one cache line. All
// lengths and strides count floats. Lanes of channels that do not exist hold numbers that nothing depends on, but never
// infinities. Tasks describe one step for the
// whole pass; a call carries out the items [begin, end) of it, so that any number of threads can share a step, and
// what an item computes does not depend on how the items are shared.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A step of a reduction takes half a unit, so that 24 channels are three steps and not two units.
enum { CK_LANES = 16, CK_DEPTH = 8 };

// Where a value lies: its first pixel inside the halo, and the strides between images, units and rows.
typedef struct {
  float *base;
  int64_t image, unit, row;
} ck_view;

// How rows of units of images, each an item of a step, follow one another: image by image, in each of them band by band of
// so many rows, in each of these unit by unit. With one band a unit's rows are neighbours; with as many bands as threads, each
// thread has a part of the map with all its channels, as it has of a convolution that is cut by pixels.
typedef struct {
  int64_t units, height, bands;
} ck_rows;

// A function of every element: most clamp to low … high; the others, whose bounds are infinite, take a parameter at most
// (a slope, ELU's alpha).
typedef enum {
  CK_CLAMP, CK_LEAKY_RELU, CK_ELU, CK_SIGMOID, CK_HARD_SIGMOID, CK_SILU, CK_HARD_SWISH, CK_GELU, CK_TANH
} ck_function;

typedef struct {
  ck_function function;
  float low, high, parameter;
} ck_activation;

// What lies around a value: rows and pixels of zeros that convolutions read beyond the border.
typedef struct {
  ck_view value;
  int64_t units, height, width;
  int64_t top, left, bottom, right;
} ck_halo;

// Up to four units of output channels that are computed together, or half of one where the upper lanes have no channels;
// where their weights and inputs begin, and the steps of their reduction.
typedef struct {
  int32_t lanes, first_unit;
  int64_t weights;
  int64_t input;
  int64_t steps;
} ck_panel;

// A convolution or linear layer with all that runs in its epilogue:
//   v = bias + weights * input (+ residual);  output = activation(v);  second = second_activation(v * scale + shift).
// Weights lie as [panel][step][depth][lanes]. Items are blocks of output pixels times panels.
// Scratch: four lists of 64-bit offsets for every pixel of a block.
typedef struct {
  const float *input;
  int64_t input_image, input_row, input_pixel;  // Between output neighbours: the convolution's stride is in them.
  ck_view output, residual, second;             // A base of NULL: there is none.
  const float *weights, *bias, *scale, *shift;
  const int64_t *offsets;  // Of every step: from a pixel's first input to this tap and these channels.
  int64_t chunks;          // A reduction is cut into chunks of steps whose weights stay in a near cache.
  int32_t depth;           // Input channels of a step: CK_DEPTH, or 1 for planar input.
  const ck_panel *panels;
  int64_t panel_count, blocks;
  bool panels_outer;  // The order of items: all blocks of a panel first, or all panels of a block.
  int64_t images, height, width;
  ck_activation activation, second_activation;
} ck_convolution;

// Winograd's algorithm F(m, r): m outputs from m + r - 1 products, in two dimensions or along one line.
typedef enum { CK_F_6_3, CK_F_4_3, CK_F_2_3, CK_F_2_5, CK_LINE } ck_winograd_form;

// A convolution of stride 1 by Winograd's algorithm, with the epilogue of ck_convolution: kernels of 3×3 as F(6×6, 3×3),
// F(4×4, 3×3) or F(2×2, 3×3), of 5×5 as F(2×2, 5×5), and kernels of one row or column with matrices of their own.
// Weights lie as [panel][product][step][CK_DEPTH][lanes], or as [panel][product][unit][step][CK_DEPTH][16] where max_units
// is 1. Items are blocks of tiles times shares of the panels.
// Panels of groups begin at the input unit `input`. Scratch: a 64-bit offset for every tile of a block, in whole cache
// lines; 16 floats for every product and tile of a block and each of the input units of a share, and for every unit of the
// widest panel.
typedef struct {
  ck_winograd_form form;
  ck_view input, output, residual, second;
  const float *weights, *bias, *scale, *shift;
  const int64_t *offsets;  // [block][step]: from a tile's first channel to the step's, as blocks differ in size.
  const ck_panel *panels;
  int64_t panel_count, blocks, shares, products, steps;
  bool shares_outer;     // All blocks of a share one after the other, so that its weights are read once.
  int64_t most_units;    // Input units of a share.
  int64_t images, input_height, input_width, height, width, padding_y, padding_x;
  int64_t tile_height, tile_width, tiles_y, tiles_x;  // Outputs of a tile, and tiles of an image.
  const float *input_matrix, *output_matrix;          // Of a line: Bᵀ of products², Aᵀ of m * products.
  // What is done to the input on the way: input_activation(x * input_scale + input_shift), a clamp; nothing where the scale
  // is NULL.
  const float *input_scale, *input_shift;
  ck_activation activation, second_activation, input_activation;
} ck_winograd;

// A pointwise convolution by seven products of halves (strassen.inc), with the epilogue of ck_convolution.
typedef struct {
  // Panels and their steps are of the lower halves of the channels, but for one from unit 2 * output_units on, which has
  // the steps of all channels and no upper half. Weights lie as [panel][product][step][CK_DEPTH][lanes]; that panel has
  // one product. Items are blocks of pairs of pixels times panels.
  // Scratch: 16 floats for every pair of a block times four for every unit and twelve; twelve 64-bit lists of the pairs.
  ck_convolution whole;
  int64_t units, upper_units;    // Of the halves of the input channels: the upper one may have one less.
  int64_t output_units;          // Of half of the output channels, but for an odd one.
  int64_t input_unit;            // The stride between units of the input.
  int64_t last_lanes;            // Channels of the last unit of the input.
  int64_t most_pairs;            // Of a block.
  const int64_t *sum_offsets;    // Of every step, in the sums of pairs.
} ck_strassen;

// A convolution of narrow groups, whose `group` channels, 1 (depthwise), 2, 4 or 8, give as many, or of single channels that
// give 2 or 4 outputs (`multiplier`, else 1). Weights lie as [unit][tap][group][16]: for the outputs of the sixteen lanes
// those of input channel 0, 1 … of their group, or, where a vector has several groups, for the inputs of the lanes those of
// the outputs at place ^ 0, place ^ 1 … of their group. Items are output rows of units of images.
typedef struct {
  ck_view input, output;
  const float *weights, *bias;
  int64_t group, multiplier;
  ck_rows rows;
  int64_t width;
  int64_t kernel_height, kernel_width, stride_y, stride_x, dilation_y, dilation_x;
  ck_activation activation;
} ck_grouped;

// A depthwise convolution (a norm is one of a single tap) and the convolution before it, the pointwise one behind it, or
// both, on slabs of rows; a task without panels is of a layer that is not there. What lies between them is in the worker's
// own memory: the tasks have the strides there, and no place. Items are slabs of images.
// Scratch: the floats of the depthwise convolution's input and output in a slab; four 64-bit lists for every pixel of a
// block of the others.
typedef struct {
  ck_convolution before, after;
  ck_grouped middle;
  int64_t slabs, height;         // Of an image: what its rows of outputs are cut into.
  int64_t input_height;          // Rows of the depthwise convolution's input, without the zeros around it.
  int64_t top, left;             // Rows and pixels of zeros before it.
  int64_t reach;                 // Rows from the first to the last that a window reads, both included.
  int64_t wide_floats, narrow_floats;
  int64_t block_pixels;
  uint64_t *times;               // Of every item: when it began, and when each of the three layers was done, in nanoseconds.
} ck_slab;

// Pooling over windows, which are clipped to the input. Items are output rows of units of images.
typedef struct {
  ck_view input, output;
  ck_rows rows;
  int64_t input_height, input_width, width;
  int64_t kernel_height, kernel_width, stride_y, stride_x, padding_y, padding_x;
  bool average, counts_padding;
} ck_pool;

// Mean pooling over windows that cut the input into the output's rows and pixels. Items are output rows of units of
// images.
typedef struct {
  ck_view input, output;
  ck_rows rows;
  int64_t input_height, input_width, width;
} ck_adaptive_pool;

// output = activation(input * factor * scale + shift + other), where each part may be missing. The factor's rows and pixels
// are as far apart as told: not at all if it is one number for every channel. Items are rows of units of images.
typedef struct {
  ck_view input, factor, other, output;
  int64_t factor_pixel;
  const float *scale, *shift;
  ck_rows rows;
  int64_t width;
  ck_activation activation;
} ck_pointwise;

// (x - mean) / sqrt(variance + epsilon) * scale + shift over the channels of every pixel. Items are rows of images.
typedef struct {
  ck_view input, output;
  const float *scale, *shift;
  int64_t channels, height, width;
  float epsilon;
} ck_layer_norm;

// Where one channel of an assembly comes from: its first pixel, and the strides there. A base of NULL: zeros.
typedef struct {
  const float *base;
  int64_t image, row;
} ck_source;

// Puts a value together from channels that lie anywhere. Output pixel (y, x) is the sources' pixel
// (y * stride_y - top, x * stride_x - left), or zero where they have none. Items are output rows of units of images.
typedef struct {
  ck_view output;
  const ck_source *sources;  // Of every lane of every unit.
  int64_t units, height, width;
  int64_t source_height, source_width, stride_y, stride_x, top, left;
} ck_assembly;

// Between plain [image][channel][row][pixel] memory and units. `planar` keeps the channels as planes of a view whose
// "unit" is one channel and whose pixels are single floats. Items are rows of units (planes) of images.
typedef struct {
  float *plain;
  ck_view view;
  int64_t channels, height, width;
  bool planar;
} ck_border;

// Mean over the map. Items are units of images.
typedef struct {
  ck_view input, output;
  int64_t units, height, width;
} ck_global_pool;

// Softmax over all channels and pixels of an image, or over each of its rows in plain order: those are `rows` vectors,
// one behind the other, behind which nothing is written. Items are vectors of images.
typedef struct {
  ck_view input, output;
  int64_t rows, channels, height, width;
  bool plain;
} ck_softmax;

// Local response normalisation: x / (k + alpha / size * sum of squares of `size` neighbouring channels) ^ beta.
// Items are rows of images.
typedef struct {
  ck_view input, output;
  int64_t channels, height, width, size;
  float alpha, beta, k;
} ck_response_norm;

// A transposed convolution in one group; weights[unit][row of the kernel][column][input channel][16]. Items are rows of
// units of images.
typedef struct {
  ck_view input, output;
  const float *weights, *bias;
  int64_t units, channels;
  int64_t input_height, input_width, height, width;
  int64_t kernel_height, kernel_width, stride_y, stride_x, dilation_y, dilation_x;
  int64_t top, left;  // Rows and columns of the whole result that are cut off.
} ck_transposed;

// For every channel the product of two matrices in plain order: output[rows][columns] = left[rows][inner] ·
// right[inner][columns]. A matrix that goes with all channels has a stride of 0 between them. Items are the `blocks`
// that the rows of every channel of every image are cut into.
typedef struct {
  const float *left, *right;
  float *output;
  int64_t left_image, right_image, output_image, left_channel, right_channel;
  int64_t channels, rows, blocks, inner, columns;
} ck_matrices;

// `scratch` is memory of the worker's own, as much as the step asks for.
typedef void (*ck_run)(const void *task, int64_t begin, int64_t end, float *scratch);

// The kernels of one instruction set.
typedef struct {
  const char *name;
  int32_t lanes;           // Of a vector.
  int32_t max_units;       // The widest panel.
  int32_t pixels[5];       // The most pixels of a tile, by its units; the first of half a unit.
  ck_run convolution, winograd, strassen, grouped, slab, pool, adaptive_pool, global_pool, pointwise, layer_norm;
  ck_run response_norm, softmax, assemble, pack, unpack, zero_halo, transposed, matrices;
  // Runs `rounds` rounds of independent multiply-adds in registers; returns the number of floating-point operations.
  double (*peak)(int64_t rounds, float *sink);
} ck_kernels;

// The best kernels that this processor has, or those of the given name; NULL if it lacks them.
const ck_kernels *ck_kernels_best(void);
const ck_kernels *ck_kernels_named(const char *name);

// Sleeps while *word == expected, until woken; may return early.
void ck_futex_wait(uint32_t *word, uint32_t expected);
void ck_futex_wake(uint32_t *word, int32_t count);
void ck_pause(void);
// Flush-to-zero and denormals-are-zero on this thread; returns the previous state for ck_restore_float_mode.
uint32_t ck_flush_denormals(void);
void ck_restore_float_mode(uint32_t state);
uint64_t ck_nanoseconds(void);
// How often the threads of this process were preempted so far.
int64_t ck_preemptions(void);
// The processors that this process may use.
int32_t ck_processors(void);
// Memory that asks for huge pages, filled with zeros and aligned to 2 MiB; NULL if there is none.
void *ck_map(size_t bytes);
void ck_unmap(void *memory, size_t bytes);
// Gives the pages of bytes [from, to) of such memory back, which are zeros then.
void ck_release(void *memory, size_t from, size_t to);
// Takes a buffer out of all caches of all processors.
void ck_evict(const void *memory, size_t bytes);
// Reads every cache line of a buffer once; for measuring bandwidth.
float ck_read_all(const float *memory, int64_t count);
