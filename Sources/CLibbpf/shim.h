#pragma once

#include <errno.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

// Where libbpf writes what it would print: a C string of limited length, one per loading thread.
struct clibbpf_log {
  char *text;
  size_t capacity;
  size_t count;
};

static _Thread_local struct clibbpf_log *clibbpf_current_log;

// Variadic, so not to be written in Swift.
static inline int clibbpf_print(enum libbpf_print_level level, const char *format, va_list arguments)
{
  struct clibbpf_log *log = clibbpf_current_log;
  if (!log || level == LIBBPF_DEBUG || log->count + 1 >= log->capacity)
    return 0;
  int written = vsnprintf(log->text + log->count, log->capacity - log->count, format, arguments);
  if (written > 0) {
    size_t room = log->capacity - log->count - 1;
    log->count += (size_t)written < room ? (size_t)written : room;
  }
  return written;
}

static inline void clibbpf_capture(struct clibbpf_log *log)
{
  clibbpf_current_log = log;
  libbpf_set_print(clibbpf_print);
}

// The structure's size field is set by a macro that Swift does not import.
static inline struct bpf_object *clibbpf_open(const void *bytes, size_t count, const char *name)
{
  LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = name);
  return bpf_object__open_mem(bytes, count, &options);
}

// A ring's positions are shared with the kernel.
static inline uint64_t clibbpf_load_acquire(const void *position)
{
  return __atomic_load_n((const uint64_t *)position, __ATOMIC_ACQUIRE);
}

static inline uint32_t clibbpf_load_acquire_32(const void *position)
{
  return __atomic_load_n((const uint32_t *)position, __ATOMIC_ACQUIRE);
}

static inline void clibbpf_store_release(void *position, uint64_t value)
{
  __atomic_store_n((uint64_t *)position, value, __ATOMIC_RELEASE);
}

// The number of arguments of the tracepoint that type `id` declares, with its name behind the prefix
// in *name; -1 where the type is none.
static inline int clibbpf_trace_arguments(const struct btf *btf, unsigned id, const char **name)
{
  static const char prefix[] = "btf_trace_";
  const struct btf_type *type = btf__type_by_id(btf, id);
  if (!type || BTF_INFO_KIND(type->info) != BTF_KIND_TYPEDEF)
    return -1;
  const char *text = btf__name_by_offset(btf, type->name_off);
  if (!text || strncmp(text, prefix, sizeof prefix - 1) != 0)
    return -1;
  const struct btf_type *pointer = btf__type_by_id(btf, type->type);
  if (!pointer || BTF_INFO_KIND(pointer->info) != BTF_KIND_PTR)
    return -1;
  const struct btf_type *function = btf__type_by_id(btf, pointer->type);
  if (!function || BTF_INFO_KIND(function->info) != BTF_KIND_FUNC_PROTO)
    return -1;
  *name = text + sizeof prefix - 1;
  // The first parameter is the tracing framework's own.
  return (int)BTF_INFO_VLEN(function->info) - 1;
}
