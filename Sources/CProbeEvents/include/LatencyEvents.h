#pragma once

/* What the latency programs hand over: histograms that the collector reads from maps, and a record for each process that the
 * kernel kills for want of memory. */

#include "ProbeEvents.h"

enum latency_program {
  LATENCY_ON_SCHED_WAKEUP = PROBE_LATENCY_BASE,
  LATENCY_ON_SCHED_WAKEUP_NEW,
  LATENCY_ON_SCHED_SWITCH,
  LATENCY_ON_BLOCK_RQ_ISSUE,
  LATENCY_ON_BLOCK_RQ_COMPLETE,
  LATENCY_ON_MARK_VICTIM,
};

enum latency_record_type {
  LATENCY_OOM_KILL = PROBE_LATENCY_BASE,
};

/* Durations are counted in units of 2^-30 seconds. Slot k holds those above 2^k and up to 2^(k+1) units, slot 0 also those
 * below: that is bucket k - 30 of an exponential histogram of scale 0 in seconds, with no error and nothing to convert. */
#define LATENCY_SLOT_COUNT 40
#define LATENCY_SLOT_OFFSET -30

struct latency_histogram {
  __u64 sum; /* in nanoseconds */
  __u64 bytes;
  __u64 slots[LATENCY_SLOT_COUNT];
};
_Static_assert(sizeof(struct latency_histogram) == 336, "a histogram is 336 bytes");

/* A processor's run queue. */
struct latency_run_queue {
  struct latency_histogram waits;
  __u64 running; /* who was switched to last; for the program alone */
};

/* What a block device did: one histogram for each. */
struct block_io_key {
  __u32 major;
  __u32 minor;
  __u32 operation; /* the kernel's REQ_OP_ number */
  __u32 reserved;
};
_Static_assert(sizeof(struct block_io_key) == 16, "the key of block operations is 16 bytes");

/* On the lifecycle ring; the head names the victim. With PROBE_PARTIAL only its thread is known, as older kernels tell no more. */
struct oom_kill_record {
  struct probe_head head;
  __u32 cause_pid;     /* the process that asked for memory when none was left */
  __s32 score_adjust;  /* the victim's oom_score_adj */
  __u64 total_pages;   /* of the address space */
  __u64 anonymous_pages;
  __u64 file_pages;
  __u64 shared_pages;
  __u64 page_table_bytes;
  char comm[16];
};
_Static_assert(sizeof(struct oom_kill_record) == 112, "a record of an OOM kill is 112 bytes");
