// What register tiles and the algorithms upon them are told; the same for all instruction sets.

// Where pixels of a value lie: as offsets from a base, with the stride between its units. A base of NULL: there is no
// such value.
typedef struct {
  float *base;
  const int64_t *pixels;
  int64_t unit;
} ck_place;

// A pass of the units of a panel over a list of pixels:
//   v = bias + partial + weights * input + residual;  output = activation(v);
//   second = second_activation(v * scale + shift).
typedef struct {
  ck_place input, partial, output, residual, second;
  const float *weights, *bias, *scale, *shift;
  const int64_t *offsets;  // Of every step, from a pixel's first input.
  int64_t steps, depth;
  const ck_activation *activation, *second_activation;
  // Weights that are wanted soon, of which every step of so many tiles fetches so many cache lines into the second cache:
  // memory works while the multipliers do.
  const float *ahead;
  int64_t ahead_lines, ahead_tiles;
  // Whether the inputs lie where other layers left them, perhaps in another core's cache: then every step fetches those of
  // the pixels a tile later, which lie so far from its own.
  bool fetches_inputs;
  int64_t next_input;
} ck_pass;

// Carries out so many tiles of a pass, from pixel `first` on.
typedef void (*ck_tile)(ck_pass *, int64_t first, int64_t tiles);

// How the pixels of a pass are cut into tiles: the first `longer` of them have a pixel more than the others.
typedef struct {
  int64_t tiles, least, longer, units, lanes;
  int64_t ahead_lines, ahead_tiles;
} ck_cut;

// A walk over output pixels in order: rows of images.
typedef struct {
  int64_t image, y, x;
} ck_walk;

// Lists of where output pixels lie, and what each of them reads.
typedef struct {
  int64_t *input, *output, *residual, *second;
} ck_lists;

// Tiles of the map, counted through images, rows and columns, of some units of the input.
typedef struct {
  int64_t from, to, first_unit, end_unit;
} ck_block;

// Where the pairs of a block lie: pixel i of the upper half of an image with pixel i of its lower half, which has one less
// where the image's pixels are odd.
typedef struct {
  ck_lists top, bottom;
  int64_t *flat;         // Of every pair, in memory of the worker's own.
  int64_t *bottom_flat;  // The same of the pairs that have a lower pixel.
  int64_t *sums;         // Of every pair's sums.
  int64_t *second;       // The input of every pair's lower pixel, or of its upper one where there is none.
  int64_t bottoms;
} ck_pairs;

static const ck_activation ck_identity = {.low = -INFINITY, .high = INFINITY};
static const float ck_zeros[4 * CK_LANES] __attribute__((aligned(64)));
