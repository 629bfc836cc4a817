#define _GNU_SOURCE
#include "CCapabilities.h"

#include <dirent.h>
#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int read_thread(uint64_t *effective, uint64_t *permitted, uint64_t *inheritable)
{
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {0};
  if (syscall(SYS_capget, &header, data) != 0)
    return errno;
  *effective = data[0].effective | (uint64_t)data[1].effective << 32;
  *permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
  *inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
  return 0;
}

int capabilities_read(uint64_t *effective, uint64_t *permitted)
{
  uint64_t inheritable;
  return read_thread(effective, permitted, &inheritable);
}

static int keep_in_thread(uint64_t keep)
{
  uint64_t effective, permitted, inheritable;
  int status = read_thread(&effective, &permitted, &inheritable);
  if (status != 0)
    return status;
  // Where the last capability of the kernel is, the call fails.
  for (int capability = 0; capability < 64; capability++)
    if (!(keep >> capability & 1) && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0)
      break; // without CAP_SETPCAP the bounding set stays; it gives nothing by itself
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  effective &= keep, permitted &= keep, inheritable &= keep;
  for (int half = 0; half < 2; half++) {
    data[half].effective = (uint32_t)(effective >> 32 * half);
    data[half].permitted = (uint32_t)(permitted >> 32 * half);
    data[half].inheritable = (uint32_t)(inheritable >> 32 * half);
  }
  return syscall(SYS_capset, &header, data) == 0 ? 0 : errno;
}

// What the signal handler works on; one call of capabilities_keep at a time.
static atomic_flag busy = ATOMIC_FLAG_INIT;
static _Atomic uint64_t wanted;
static _Atomic int answered;
static _Atomic int failure;

static void on_signal(int number, siginfo_t *info, void *context)
{
  (void)context;
  if (info->si_code != SI_TKILL || info->si_pid != getpid()) {
    // Somebody's real one: let it do what it would have done.
    signal(number, SIG_DFL);
    raise(number);
    return;
  }
  int saved = errno;
  int status = keep_in_thread(atomic_load(&wanted));
  if (status != 0)
    atomic_store(&failure, status);
  atomic_fetch_add(&answered, 1);
  errno = saved;
}

// Whether the thread has a capability outside `keep`: 1, 0, or -1 where it is gone.
static int has_more(long thread, uint64_t keep)
{
  char path[64], line[256];
  snprintf(path, sizeof path, "/proc/self/task/%ld/status", thread);
  FILE *file = fopen(path, "re");
  if (!file)
    return -1;
  uint64_t held = 0;
  while (fgets(line, sizeof line, file))
    if (strncmp(line, "CapPrm:", 7) == 0 || strncmp(line, "CapEff:", 7) == 0)
      held |= strtoull(line + 7, NULL, 16);
  fclose(file);
  return (held & ~keep) != 0;
}

// Tells one thread and waits for its answer, five seconds at most.
static int tell(long thread, int number)
{
  int before = atomic_load(&answered);
  if (syscall(SYS_tgkill, getpid(), thread, number) != 0)
    return errno == ESRCH ? 0 : errno;
  for (int wait = 0; wait < 50000 && atomic_load(&answered) == before; wait++) {
    if (wait % 1000 == 999 && syscall(SYS_tgkill, getpid(), thread, 0) != 0)
      return 0;
    nanosleep(&(struct timespec){0, 100000}, NULL);
  }
  return atomic_load(&answered) == before ? ETIMEDOUT : atomic_load(&failure);
}

// One look at all threads; the number of those told in *told.
static int tell_all(uint64_t keep, int number, int *told)
{
  long self = syscall(SYS_gettid);
  DIR *tasks = opendir("/proc/self/task");
  if (!tasks)
    return errno;
  int status = 0;
  for (struct dirent *entry; status == 0 && (entry = readdir(tasks));) {
    long thread = strtol(entry->d_name, NULL, 10);
    if (thread <= 0 || thread == self || has_more(thread, keep) != 1)
      continue;
    (*told)++;
    status = tell(thread, number);
  }
  closedir(tasks);
  return status;
}

// Dispatch's threads block all signals but a few; SIGSYS is one of those, and nothing here uses it.
static int broadcast(uint64_t keep)
{
  int number = SIGSYS;
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_RESTART | SA_SIGINFO}, before;
  sigfillset(&action.sa_mask);
  if (sigaction(number, &action, &before) != 0)
    return errno;
  int status = 0, told = 1;
  for (int look = 0; look < 100 && status == 0 && told > 0; look++) {
    told = 0;
    status = tell_all(keep, number, &told);
  }
  sigaction(number, &before, NULL);
  return status != 0 ? status : told > 0 ? EAGAIN : 0;
}

int capabilities_keep(uint64_t keep)
{
  if (atomic_flag_test_and_set(&busy))
    return EBUSY;
  atomic_store(&wanted, keep);
  atomic_store(&failure, 0);
  int status = keep_in_thread(keep);
  if (status == 0)
    status = broadcast(keep);
  atomic_flag_clear(&busy);
  return status;
}
