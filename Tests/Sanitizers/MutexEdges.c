/* Tells ThreadSanitizer what Swift's Mutex orders.
 *
 * The uncontended path of Mutex is compiled into its users, with instrumentation; the slow path is in
 * libswiftSynchronization, without, so that a lock which had to wait looks like no lock at all. This
 * library, preloaded, stands in front of the slow path and adds the two edges that are missing.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

/* Present in programs built with ThreadSanitizer. */
void __tsan_acquire(void *) __attribute__((weak));
void __tsan_release(void *) __attribute__((weak));

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *handle

/* Synchronization._MutexHandle._lockSlow(UInt32) and ._unlockSlow(). */
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void lockSlow(uint32_t thread, SELF) __asm__(LOCK);
SWIFT void unlockSlow(SELF) __asm__(UNLOCK);

SWIFT void lockSlow(uint32_t thread, SELF) {
  SWIFT void (*next)(uint32_t, SELF) = dlsym(RTLD_NEXT, LOCK);
  next(thread, handle);
  if (__tsan_acquire) __tsan_acquire(handle);
}

SWIFT void unlockSlow(SELF) {
  SWIFT void (*next)(SELF) = dlsym(RTLD_NEXT, UNLOCK);
  if (__tsan_release) __tsan_release(handle);
  next(handle);
}
