/* Two processes on one processor that hand a byte to and fro: each hand-over is a wait for the processor. A third one only
 * computes, so that they wait for long. The two are in a control group of their own from the beginning to their ends.
 *
 * What the scheduler itself counts of them is told when they have ended, and for each line that comes in once more: PID,
 * nanoseconds that it waited and waits, both since it was about to enter the group, and by how much both were more once it was
 * in. Processes that have ended and are not yet waited for keep their counts. Arguments: control group's cgroup.procs,
 * hand-overs. */

#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct statistics {
  unsigned long long delay;
  unsigned long long waits;
};

/* A process's counts before and after it entered the group; the memory is everybody's. */
struct entry {
  struct statistics before;
  struct statistics after;
};

static void fail(const char *what)
{
  perror(what);
  exit(1);
}

static struct statistics read_statistics(pid_t process)
{
  char path[64], text[128] = {0};
  struct statistics found;
  unsigned long long run;
  snprintf(path, sizeof(path), "/proc/%d/schedstat", process);
  int file = open(path, O_RDONLY);
  if (file < 0 || read(file, text, sizeof(text) - 1) <= 0)
    fail(path);
  close(file);
  if (sscanf(text, "%llu %llu %llu", &run, &found.delay, &found.waits) != 3)
    fail(path);
  return found;
}

static void join_group(const char *path, struct entry *entry)
{
  int file = open(path, O_WRONLY);
  if (file < 0)
    fail(path);
  entry->before = read_statistics(getpid());
  if (write(file, "0", 1) != 1)
    fail(path);
  entry->after = read_statistics(getpid());
  close(file);
}

static void hand_over(int in, int out, long count, int begins)
{
  char byte = 0;
  for (long i = 0; i < count; i++) {
    if (begins && write(out, &byte, 1) != 1)
      fail("write");
    if (read(in, &byte, 1) != 1)
      fail("read");
    if (!begins && write(out, &byte, 1) != 1)
      fail("write");
  }
}

static void tell(const pid_t *processes, const struct entry *entries)
{
  for (int i = 0; i < 2; i++) {
    struct statistics now = read_statistics(processes[i]), before = entries[i].before, after = entries[i].after;
    printf("%d %llu %llu %llu %llu\n", processes[i], now.delay - before.delay, now.waits - before.waits,
           after.delay - before.delay, after.waits - before.waits);
  }
  fflush(stdout);
}

int main(int count, char **arguments)
{
  if (count != 3)
    return 2;
  cpu_set_t processors;
  CPU_ZERO(&processors);
  CPU_SET(sched_getcpu(), &processors);
  if (sched_setaffinity(0, sizeof(processors), &processors))
    fail("sched_setaffinity");
  struct entry *entries =
    mmap(NULL, 2 * sizeof(*entries), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int there[2], back[2];
  if (entries == MAP_FAILED || pipe(there) || pipe(back))
    fail("pipe");
  pid_t burner = fork(), processes[2];
  if (burner == 0)
    for (;;)
      ;
  for (int i = 0; i < 2; i++) {
    processes[i] = fork();
    if (processes[i] == 0) {
      join_group(arguments[1], &entries[i]);
      hand_over(i ? there[0] : back[0], i ? back[1] : there[1], atol(arguments[2]), !i);
      _exit(0);
    }
  }
  int failed = 0;
  for (int i = 0; i < 2; i++) {
    siginfo_t end;
    if (waitid(P_PID, processes[i], &end, WEXITED | WNOWAIT))
      fail("waitid");
    failed |= end.si_code != CLD_EXITED || end.si_status;
  }
  kill(burner, SIGKILL);
  do
    tell(processes, entries);
  while (getchar() == '\n');
  while (wait(NULL) > 0)
    ;
  return failed;
}
