#define _GNU_SOURCE
#include <linux/futex.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "ConvKernels.h"

void ck_futex_wait(uint32_t *word, uint32_t expected) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, NULL, NULL, 0);
}

void ck_futex_wake(uint32_t *word, int32_t count) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

#if defined(__x86_64__)
void ck_pause(void) { __builtin_ia32_pause(); }

uint32_t ck_flush_denormals(void) {
  const uint32_t state = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(state | 0x8040);
  return state;
}

void ck_restore_float_mode(uint32_t state) { __builtin_ia32_ldmxcsr(state); }
#elif defined(__aarch64__)
void ck_pause(void) { __asm__ volatile("yield"); }

uint32_t ck_flush_denormals(void) {
  uint64_t state;
  __asm__ volatile("mrs %0, fpcr" : "=r"(state));
  __asm__ volatile("msr fpcr, %0" : : "r"(state | 1 << 24));
  return (uint32_t)state;
}

void ck_restore_float_mode(uint32_t state) { __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)state)); }
#endif

uint64_t ck_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int64_t ck_preemptions(void) {
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_nivcsw : 0;
}

int32_t ck_processors(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

enum { HUGE_PAGE = 2 << 20 };

static size_t whole_pages(size_t bytes) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  return (bytes + page - 1) / page * page;
}

// An anonymous mapping is aligned to 2 MiB only by luck; what lies before and behind the aligned part is given back.
void *ck_map(size_t bytes) {
  const size_t room = bytes + HUGE_PAGE;
  char *memory = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return NULL;
  char *aligned = (char *)(((uintptr_t)memory + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1));
  const size_t pages = whole_pages(bytes);
  if (aligned > memory) munmap(memory, (size_t)(aligned - memory));
  char *end = memory + whole_pages(room);
  if (end > aligned + pages) munmap(aligned + pages, (size_t)(end - (aligned + pages)));
  madvise(aligned, pages, MADV_HUGEPAGE);
  return aligned;
}

void ck_unmap(void *memory, size_t bytes) { munmap(memory, whole_pages(bytes)); }

void ck_release(void *memory, size_t from, size_t to) {
  from = whole_pages(from);
  if (from < to) madvise((char *)memory + from, to - from, MADV_DONTNEED);
}

void ck_evict(const void *memory, size_t bytes) {
  enum { LINE = 64 };
  const char *end = (const char *)memory + bytes;
  for (const char *line = memory; line < end; line += LINE)
#if defined(__x86_64__)
    __builtin_ia32_clflush(line);
  __builtin_ia32_mfence();
#elif defined(__aarch64__)
    __asm__ volatile("dc civac, %0" : : "r"(line) : "memory");
  __asm__ volatile("dsb ish" : : : "memory");
#endif
}

float ck_read_all(const float *memory, int64_t count) {
  typedef float vector __attribute__((vector_size(16)));
  vector sum[8] = {0};
  for (int64_t i = 0; i + 32 <= count; i += 32)
    for (int j = 0; j < 8; j++) sum[j] += *(const vector *)(memory + i + 4 * j);
  float total = 0;
  for (int j = 0; j < 8; j++)
    for (int k = 0; k < 4; k++) total += sum[j][k];
  return total;
}
