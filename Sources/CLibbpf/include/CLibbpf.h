// libbpf, with C around what Swift does not import.
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

// Where libbpf writes what it would print: a C string of limited length.
struct clibbpf_log {
  char *text;
  size_t capacity;
  size_t count;
};

// Has what libbpf prints on the calling thread written to `log` from now on; nowhere for null.
void clibbpf_capture(struct clibbpf_log *log);

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

// Asks for `count` bytes from `start` on, which are read soon: who wrote them has them in a cache of its own.
static inline void clibbpf_prefetch(const void *start, size_t count)
{
  for (size_t offset = 0; offset < count; offset += 64)
    __builtin_prefetch((const char *)start + offset);
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

// The number of values of the enumeration `name`; -1 where there is none.
static inline int clibbpf_enumeration(const struct btf *btf, const char *name, unsigned *id)
{
  int found = btf__find_by_name_kind(btf, name, BTF_KIND_ENUM);
  if (found <= 0)
    return -1;
  *id = (unsigned)found;
  return (int)BTF_INFO_VLEN(btf__type_by_id(btf, (unsigned)found)->info);
}

// The name of value `index` of the enumeration `id`, with the value in *value.
static inline const char *clibbpf_enumerator(const struct btf *btf, unsigned id, int index, int *value)
{
  const struct btf_enum *values = (const struct btf_enum *)(btf__type_by_id(btf, id) + 1);
  *value = values[index].val;
  return btf__name_by_offset(btf, values[index].name_off);
}

// The initial bytes of a global variable of an object that is not loaded yet, with their number in
// *size; null where it has none of this name.
static inline void *clibbpf_find_variable(struct bpf_object *object, const char *name, size_t *size)
{
  const struct btf *btf = bpf_object__btf(object);
  struct bpf_map *map = NULL;
  while (btf && (map = bpf_object__next_map(object, map))) {
    size_t room = 0;
    const char *section = strchr(bpf_map__name(map), '.');
    char *bytes = bpf_map__is_internal(map) ? (char *)bpf_map__initial_value(map, &room) : NULL;
    int id = bytes && section ? btf__find_by_name_kind(btf, section, BTF_KIND_DATASEC) : -1;
    const struct btf_type *type = id > 0 ? btf__type_by_id(btf, (unsigned)id) : NULL;
    const struct btf_var_secinfo *entries = type ? (const struct btf_var_secinfo *)(type + 1) : NULL;
    for (unsigned index = 0; type && index < BTF_INFO_VLEN(type->info); index++) {
      const struct btf_type *variable = btf__type_by_id(btf, entries[index].type);
      const char *text = variable ? btf__name_by_offset(btf, variable->name_off) : NULL;
      if (!text || strcmp(text, name) != 0 || entries[index].offset + entries[index].size > room)
        continue;
      *size = entries[index].size;
      return bytes + entries[index].offset;
    }
  }
  return NULL;
}

// What the kernel knows of a loaded program: how often it ran and for how long in sum, both 0 unless
// kernel.bpf_stats_enabled is set, and how often it could not run because it was running on that processor.
static inline int clibbpf_run_statistics(int program, uint64_t *count, uint64_t *nanoseconds, uint64_t *misses)
{
  struct bpf_prog_info info = {0};
  __u32 size = sizeof info;
  int status = bpf_obj_get_info_by_fd(program, &info, &size);
  *count = info.run_cnt;
  *nanoseconds = info.run_time_ns;
  *misses = info.recursion_misses;
  return status;
}

// Runs a program once on no input of its own; a tracing program that takes raw arguments gets these.
static inline int clibbpf_run(int program, const void *context, unsigned context_size, unsigned *result)
{
  LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = context, .ctx_size_in = context_size);
  int status = bpf_prog_test_run_opts(program, &options);
  *result = options.retval;
  return status;
}

// An epoll set for rings: what is added is told when it becomes readable anew.
int clibbpf_watch_open(void);
int clibbpf_watch_add(int watch, int descriptor);
int clibbpf_watch_remove(int watch, int descriptor);
// Waits until something is told, for so long at most.
int clibbpf_watch_wait(int watch, int milliseconds);

// A descriptor that another thread makes readable.
int clibbpf_alarm_open(void);
void clibbpf_alarm_ring(int alarm);
