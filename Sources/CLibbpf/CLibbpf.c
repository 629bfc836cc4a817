#include "CLibbpf.h"

#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

static _Thread_local struct clibbpf_log *current_log;

static int print(enum libbpf_print_level level, const char *format, va_list arguments)
{
  struct clibbpf_log *log = current_log;
  if (!log || level == LIBBPF_DEBUG || log->count + 1 >= log->capacity)
    return 0;
  int written = vsnprintf(log->text + log->count, log->capacity - log->count, format, arguments);
  if (written > 0) {
    size_t room = log->capacity - log->count - 1;
    log->count += (size_t)written < room ? (size_t)written : room;
  }
  return written;
}

void clibbpf_capture(struct clibbpf_log *log)
{
  current_log = log;
  libbpf_set_print(print);
}

int clibbpf_watch_open(void)
{
  return epoll_create1(EPOLL_CLOEXEC);
}

int clibbpf_watch_add(int watch, int descriptor)
{
  struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.fd = descriptor};
  return epoll_ctl(watch, EPOLL_CTL_ADD, descriptor, &event);
}

int clibbpf_watch_remove(int watch, int descriptor)
{
  return epoll_ctl(watch, EPOLL_CTL_DEL, descriptor, NULL);
}

int clibbpf_watch_wait(int watch, int milliseconds)
{
  struct epoll_event events[8];
  return epoll_wait(watch, events, 8, milliseconds);
}

int clibbpf_alarm_open(void)
{
  return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

void clibbpf_alarm_ring(int alarm)
{
  eventfd_write(alarm, 1);
}
