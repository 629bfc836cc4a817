#include "CLibbpf.h"

#include <stdio.h>

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
