/* Makes processes of known shape, and prints what it did itself: one JSON object a line. */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
static char **rest;

static void fail(const char *what)
{
  perror(what);
  exit(99);
}

static void *exec_in_thread(void *unused)
{
  printf("{\"pid\": %d, \"tid\": %d}\n", getpid(), (int)syscall(SYS_gettid));
  fflush(stdout);
  execv(rest[0], rest);
  fail("execv");
  return 0;
}

/* A thread that is not the leader runs another program. */
static void thread_exec(void)
{
  pthread_t thread;
  if (pthread_create(&thread, 0, exec_in_thread, 0))
    fail("pthread_create");
  pause();
}

static void *outlive_leader(void *code)
{
  usleep(50000);
  /* Ends this thread alone, where the code is negative: the process then returns what its leader did. */
  int value = *(int *)code;
  if (value < 0)
    pthread_exit(0);
  exit(value);
}

/* The leader ends first, another thread last. */
static void leader_first(int code)
{
  static int value;
  value = code;
  pthread_t thread;
  if (pthread_create(&thread, 0, outlive_leader, &value))
    fail("pthread_create");
  printf("{\"pid\": %d}\n", getpid());
  fflush(stdout);
  pthread_exit(0);
}

/* Children that run nothing; each returns its number's low 7 bits. */
static void children(int count)
{
  int sum = 0, ended = 0;
  for (int i = 0; i < count; i++) {
    pid_t pid = fork();
    if (pid < 0)
      fail("fork");
    if (pid == 0)
      _exit(i & 127);
    int status;
    if (waitpid(pid, &status, 0) != pid)
      fail("waitpid");
    ended += WIFEXITED(status);
    sum += WEXITSTATUS(status);
  }
  printf("{\"pid\": %d, \"ended\": %d, \"sum\": %d}\n", getpid(), ended, sum);
}

/* Runs the program of a file that is in no folder any more. */
static void deleted(void)
{
  int file = open(rest[0], O_RDONLY | O_CLOEXEC);
  if (file < 0 || unlink(rest[0]))
    fail(rest[0]);
  printf("{\"pid\": %d}\n", getpid());
  fflush(stdout);
  fexecve(file, rest, environ);
  fail("fexecve");
}

/* Runs a copy of a program that is in memory only. */
static void in_memory(void)
{
  int from = open(rest[0], O_RDONLY | O_CLOEXEC);
  int to = memfd_create("hidden", MFD_CLOEXEC);
  if (from < 0 || to < 0)
    fail(rest[0]);
  char bytes[65536];
  ssize_t count;
  while ((count = read(from, bytes, sizeof(bytes))) > 0)
    if (write(to, bytes, count) != count)
      fail("write");
  printf("{\"pid\": %d}\n", getpid());
  fflush(stdout);
  fexecve(to, rest, environ);
  fail("fexecve");
}

static void *spin(void *seconds)
{
  struct timespec now;
  do {
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  } while (now.tv_sec + now.tv_nsec / 1e9 < *(double *)seconds);
  return 0;
}

/* A child whose threads, four of them ended before it, use CPU and memory; tells what wait4 says of it. */
static void busy(double seconds)
{
  pid_t pid = fork();
  if (pid == 0) {
    size_t size = 32 << 20;
    volatile char *room = malloc(size);
    for (size_t i = 0; i < size; i += 4096)
      room[i] = 1;
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
      pthread_create(&threads[i], 0, spin, &seconds);
    for (int i = 0; i < 4; i++)
      pthread_join(threads[i], 0);
    /* These are still there when the process ends. */
    for (int i = 0; i < 2; i++)
      pthread_create(&threads[i], 0, spin, &seconds);
    usleep(30000);
    exit(5);
  }
  int status;
  struct rusage use;
  if (wait4(pid, &status, 0, &use) != pid)
    fail("wait4");
  printf("{\"pid\": %d, \"cpu\": %.6f, \"peak\": %ld, \"minor\": %ld}\n", pid,
         use.ru_utime.tv_sec + use.ru_stime.tv_sec + (use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6,
         use.ru_maxrss * 1024, use.ru_minflt);
}

/* Ends by a signal. */
static void end_by(int number)
{
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  printf("{\"pid\": %d}\n", getpid());
  fflush(stdout);
  raise(number);
  exit(98);
}

/* Who it is. */
static void who(void)
{
  uid_t real, effective, saved;
  getresuid(&real, &effective, &saved);
  printf("{\"pid\": %d, \"parent\": %d, \"real\": %u, \"effective\": %u, \"saved\": %u, \"session\": %d, \"group\": %d}\n",
         getpid(), getppid(), real, effective, saved, getsid(0), getpgid(0));
}

int main(int count, char **arguments)
{
  if (count < 2)
    return 97;
  const char *what = arguments[1];
  rest = arguments + 2;
  int number = count > 2 ? atoi(arguments[2]) : 0;
  if (!strcmp(what, "thread-exec"))
    thread_exec();
  else if (!strcmp(what, "leader-first"))
    leader_first(number);
  else if (!strcmp(what, "children"))
    children(number);
  else if (!strcmp(what, "deleted"))
    deleted();
  else if (!strcmp(what, "in-memory"))
    in_memory();
  else if (!strcmp(what, "busy"))
    busy(atof(arguments[2]));
  else if (!strcmp(what, "signal"))
    end_by(number);
  else if (!strcmp(what, "who"))
    who();
  else if (!strcmp(what, "wait"))
    getchar();
  else
    return 96;
  return 0;
}
