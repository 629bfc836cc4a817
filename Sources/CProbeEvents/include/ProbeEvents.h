#pragma once

/* What the programs in the kernel and the collector agree on: the head of every record, the numbers of the programs, and
 * what can become of a record. The records of each capability are in a header of its own beside this one. */

#ifdef __bpf__
/* The kernel's types come from kernel.bpf.h. */
#else
#include <linux/types.h>
#endif

/* The head of every record, little endian as on the host. Together `pid` and `start` are the process key. */
struct probe_head {
  __u16 type;     /* enum probe_record_type */
  __u16 size;     /* of the whole record, in bytes */
  __u8 flags;     /* enum probe_flag */
  __u8 program;   /* enum probe_program */
  __u16 cpu;
  __u64 time;     /* since boot, in nanoseconds, suspended time included */
  __u32 pid;      /* of the thread group, in the host's namespace */
  __u32 tid;
  __u64 start;    /* when the thread group's leader started, since boot, in nanoseconds */
  __u64 cgroup;   /* the control group's id: the inode of its directory */
  __u32 exec_seq; /* how many images the process and those it came from have run: tells two images of one process apart */
  __u32 uid;
};
_Static_assert(sizeof(struct probe_head) == 48, "the head of a record is 48 bytes");

enum probe_flag {
  PROBE_TRUNCATED = 1, /* text did not fit and ends early */
  PROBE_PARTIAL = 2,   /* something could not be read and is zero or empty */
  PROBE_SNAPSHOT = 4,  /* tells of what was there before the programs, not of an event */
};

/* A capability has sixteen numbers of each kind. */
enum probe_capability_base {
  PROBE_PROCESS_BASE = 0,
  PROBE_NETWORK_BASE = 16,
  PROBE_DNS_BASE = 32,
  PROBE_LATENCY_BASE = 48,
  PROBE_SELF_BASE = 112, /* for the tests of the loader itself */
  PROBE_PROGRAM_COUNT = 128,
};

/* What can become of a record that a program set out to make. */
enum probe_outcome {
  PROBE_PRODUCED = 0,     /* every one: the sum of those handed over and those lost */
  PROBE_RING_FULL = 1,    /* lost: the collector did not read fast enough */
  PROBE_RATE_LIMITED = 2, /* lost: above the limit that the configuration sets */
  PROBE_MAP_FULL = 3,     /* lost: no room to keep what the record is made of */
  PROBE_READ_FAULT = 4,   /* handed over, with PROBE_PARTIAL */
  PROBE_CUT = 5,          /* handed over, with PROBE_TRUNCATED */
  PROBE_MISSED = 6,       /* lost: the kernel did not tell of it; not among those produced */
  PROBE_OUTCOME_COUNT = 8,
};
