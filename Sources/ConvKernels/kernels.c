#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "ConvKernels.h"

// Sums of products may use one rounding where the processor has it.
#pragma clang fp contract(fast)

enum { CK_MAX_PIXELS = 12 };

// The row of a unit of an image that an item is, and how many items behind it are the rows below.
typedef struct {
  int64_t image, unit, y, below;
} ck_row;

static inline ck_row ck_row_of(const ck_rows *rows, int64_t item) {
  const int64_t image = item / (rows->units * rows->height), rest = item - image * rows->units * rows->height;
  const int64_t band = ((rest / rows->units + 1) * rows->bands - 1) / rows->height;
  const int64_t top = rows->height * band / rows->bands, height = rows->height * (band + 1) / rows->bands - top;
  const int64_t at = rest - top * rows->units, y = at % height;
  return (ck_row){image, at / height, top + y, height - 1 - y};
}

// The same behind the item before, without divisions, which short rows would feel.
static inline ck_row ck_row_behind(ck_row last, const ck_rows *rows, int64_t item) {
  if (last.below == 0) return ck_row_of(rows, item);
  return (ck_row){last.image, last.unit, last.y + 1, last.below - 1};
}

#include "passes.h"

#define CK_STRING_(x) #x
#define CK_STRING(x) CK_STRING_(x)

#if defined(__x86_64__)

#define CK_VECTOR_REGISTER "v"

#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"))), \
                             apply_to = function)
// Half units, in vectors of their length: as fast as whole ones where a core has one multiplier of 512 bits or two of 256.
#define ISA avx512_halves
#define VL 8
#define PIXELS_0 12
#include "vectors.inc"
#include "tiles.inc"
#include "end.inc"

#define ISA avx512
#define VL 16
#define MAX_UNITS 4
#define HALF_TILES half_tiles_avx512_halves
#define PIXELS_0 12
#define PIXELS_1 12
#define PIXELS_2 12
#define PIXELS_3 8
#define PIXELS_4 6
#include "kernels.inc"
#pragma clang attribute pop

#undef CK_VECTOR_REGISTER
#define CK_VECTOR_REGISTER "x"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define ISA avx2
#define VL 8
#define MAX_UNITS 1
#define HALF_TILES half_tiles_avx2
#define PIXELS_0 8
#define PIXELS_1 6
#define PIXELS_2 6
#define PIXELS_3 6
#define PIXELS_4 6
#include "kernels.inc"
#pragma clang attribute pop

#define ISA portable
#define VL 4
#define WEIGHTS_FROM_MEMORY 1
#define MAX_UNITS 1
#define HALF_TILES half_tiles_portable
#define PIXELS_0 6
#define PIXELS_1 3
#define PIXELS_2 3
#define PIXELS_3 3
#define PIXELS_4 3
#include "kernels.inc"

#else

#define CK_VECTOR_REGISTER "w"
#define ISA portable
#define VL 4
#define MAX_UNITS 1
#define HALF_TILES half_tiles_portable
#define PIXELS_0 12
#define PIXELS_1 6
#define PIXELS_2 6
#define PIXELS_3 6
#define PIXELS_4 6
#include "kernels.inc"

#endif

static bool supported(const ck_kernels *kernels) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (kernels == &table_avx512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (kernels == &table_avx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
  return kernels == &table_portable;
}

static const ck_kernels *const all[] = {
#if defined(__x86_64__)
    &table_avx512, &table_avx2,
#endif
    &table_portable};

enum { COUNT = sizeof all / sizeof all[0] };

const ck_kernels *ck_kernels_best(void) {
  for (int i = 0; i < COUNT; i++)
    if (supported(all[i])) return all[i];
  return &table_portable;
}

const ck_kernels *ck_kernels_named(const char *name) {
  for (int i = 0; i < COUNT; i++)
    if (!strcmp(all[i]->name, name)) return supported(all[i]) ? all[i] : NULL;
  return NULL;
}
