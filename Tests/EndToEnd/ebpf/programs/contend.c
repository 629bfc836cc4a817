/* Two processes on one processor that hand a byte to and fro: each hand-over is a wait for the processor. A third one only
 * computes, so that they wait for long. Tells for each process what the scheduler itself counted of it:
 * PID DELAY_NANOSECONDS WAITS. Arguments: control group's cgroup.procs, hand-overs. */

#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what)
{
  perror(what);
  exit(1);
}

static void join_group(const char *path)
{
  int file = open(path, O_WRONLY);
  if (file < 0 || write(file, "0", 1) != 1)
    fail(path);
  close(file);
}

static void read_statistics(unsigned long long *delay, unsigned long long *waits)
{
  char text[128] = {0};
  unsigned long long run;
  int file = open("/proc/self/schedstat", O_RDONLY);
  if (file < 0 || read(file, text, sizeof(text) - 1) <= 0)
    fail("schedstat");
  close(file);
  if (sscanf(text, "%llu %llu %llu", &run, delay, waits) != 3)
    fail("schedstat");
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

int main(int count, char **arguments)
{
  if (count != 3)
    return 2;
  cpu_set_t processors;
  CPU_ZERO(&processors);
  CPU_SET(sched_getcpu(), &processors);
  if (sched_setaffinity(0, sizeof(processors), &processors))
    fail("sched_setaffinity");
  int there[2], back[2];
  if (pipe(there) || pipe(back))
    fail("pipe");
  pid_t burner = fork();
  if (burner == 0)
    for (;;)
      ;
  join_group(arguments[1]);
  unsigned long long delays[2], waits[2];
  int begins = fork() != 0;
  read_statistics(&delays[0], &waits[0]);
  hand_over(begins ? back[0] : there[0], begins ? there[1] : back[1], atol(arguments[2]), begins);
  read_statistics(&delays[1], &waits[1]);
  printf("%d %llu %llu\n", getpid(), delays[1] - delays[0], waits[1] - waits[0]);
  fflush(stdout);
  if (begins) {
    wait(NULL);
    kill(burner, SIGKILL);
    waitpid(burner, NULL, 0);
  }
  return 0;
}
