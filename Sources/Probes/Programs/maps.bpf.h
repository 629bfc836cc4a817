#pragma once

/* The maps that all objects share, by name, and how a record is made and handed over. */

#include "kernel.bpf.h"

#include <stdbool.h>

#include "ProbeEvents.h"

/* Processes' lives and what must not be lost in a burst of the rest; the size is set by the loader. */
struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 1 << 20);
} lifecycle_ring SEC(".maps");

/* Everything that comes in great numbers. */
struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4 << 20);
} bulk_ring SEC(".maps");

/* How many records of each program had which outcome: program * PROBE_OUTCOME_COUNT + outcome. */
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, PROBE_PROGRAM_COUNT * PROBE_OUTCOME_COUNT);
  __type(key, __u32);
  __type(value, __u64);
} outcomes SEC(".maps");

/* The controller whose control groups tell containers apart: its place in css_set.subsys, or -1 for the unified hierarchy. */
const volatile int cgroup_controller = -1;

/* Besides that controller's groups those of the unified hierarchy are told: an engine may use one tree and not the other. */
const volatile bool cgroup_unified = false;

/* From how many unread bytes on a ring's reader is woken; below, it comes by itself. */
const volatile __u64 wakeup_bytes = 1 << 18;

static __always_inline void count_outcome(__u32 program, __u32 outcome)
{
  __u32 key = program * PROBE_OUTCOME_COUNT + outcome;
  __u64 *count = bpf_map_lookup_elem(&outcomes, &key);
  if (count)
    (*count)++;
}

/* Each CPU has its own counters, but an interrupt may come between their reading and writing: programs that can be interrupted
 * by themselves count with this. */
static __always_inline void count_outcome_atomically(__u32 program, __u32 outcome)
{
  __u32 key = program * PROBE_OUTCOME_COUNT + outcome;
  __u64 *count = bpf_map_lookup_elem(&outcomes, &key);
  if (count)
    __sync_fetch_and_add(count, 1);
}

/* The verifier knows the controller, a constant when it looks, and so follows the pointers itself: five reads through the
 * kernel's helper for unsafe memory would cost as much as the rest of the head. */
static __always_inline __u64 cgroup_of(struct task_struct *task)
{
  struct css_set *groups = task->cgroups;
  if (cgroup_controller < 0 || cgroup_controller >= 16)
    return groups->dfl_cgrp->kn->id;
  return groups->subsys[cgroup_controller]->cgroup->kn->id;
}

/* The group by the controller in the lower half, that of the unified hierarchy in the upper one: both are counted from 1 on. */
static __always_inline __u64 cgroups_of(struct task_struct *task)
{
  __u64 id = cgroup_of(task);
  /* The root, where most are if the tree is not in use, tells nothing: its id is not even read. */
  if (!cgroup_unified || task->cgroups->dfl_cgrp->level == 0)
    return id;
  __u64 other = task->cgroups->dfl_cgrp->kn->id;
  return (id | other) >> 32 ? id : id | other << 32;
}

/* Fills what tells the process apart; `task` is a pointer the verifier trusts. */
static __always_inline void fill_owner(struct probe_head *head, struct task_struct *task)
{
  struct task_struct *leader = task->group_leader;
  head->pid = task->tgid;
  head->tid = task->pid;
  head->start = leader->start_boottime;
  head->cgroup = cgroups_of(task);
  head->exec_seq = task->self_exec_id;
  head->uid = task->cred->uid.val;
}

/* Fills what tells the record apart, but for its flags. */
static __always_inline void stamp_head(struct probe_head *head, __u16 type, __u8 program, __u16 size)
{
  head->type = type;
  head->size = size;
  head->program = program;
  head->cpu = bpf_get_smp_processor_id();
  head->time = bpf_ktime_get_boot_ns();
}

static __always_inline void fill_head(struct probe_head *head, struct task_struct *task, __u16 type, __u8 program, __u16 size)
{
  stamp_head(head, type, program, size);
  head->flags = 0;
  fill_owner(head, task);
}

static __always_inline void fill_name(char name[16], struct task_struct *task)
{
  __builtin_memcpy(name, task->comm, 16);
}

/* A wake-up costs ten times what a record does. So only the records that cross the mark wake, some in a row in case one is
 * overtaken by another CPU's; a reader that does not come is not called again and again. */
static __always_inline __u64 ring_flags(void *ring)
{
  __u64 unread = bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA);
  return unread - wakeup_bytes < 4096 ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
}

/* Room in `ring` for a record of `program`, counted as produced; null, and counted as lost, where the ring is full. */
static __always_inline void *reserve_record(void *ring, __u64 size, __u32 program)
{
  count_outcome(program, PROBE_PRODUCED);
  void *record = bpf_ringbuf_reserve(ring, size, 0);
  if (!record)
    count_outcome(program, PROBE_RING_FULL);
  return record;
}

/* Hands over what reserve_record gave. */
static __always_inline void submit_record(void *ring, void *record)
{
  bpf_ringbuf_submit(record, ring_flags(ring));
}

/* Hands over a record of any size that was built elsewhere: one copy more, no room wasted. */
static __always_inline void output_record(void *ring, void *record, __u64 size, __u32 program)
{
  count_outcome(program, PROBE_PRODUCED);
  if (bpf_ringbuf_output(ring, record, size, ring_flags(ring)))
    count_outcome(program, PROBE_RING_FULL);
}
