#include "include/CAllocations.h"

#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SWIFTLET_SANITIZED 1
#endif
#endif

// Initial-exec: the counter itself must not allocate when a thread first touches it.
static __thread unsigned long count __attribute__((tls_model("initial-exec")));

unsigned long swiftlet_allocation_count(void) { return count; }

#ifdef SWIFTLET_SANITIZED

int swiftlet_counts_allocations(void) { return 0; }

#else

// The test program's own definitions come before those of glibc, under whose other names the work is done.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t number, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
  count++;
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count++;
  return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
  count++;
  return __libc_realloc(old, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  count++;
  *result = __libc_memalign(alignment, size);
  return *result ? 0 : 12;
}

int swiftlet_counts_allocations(void) { return 1; }

#endif
