#pragma once

#include "ProbeEvents.h"

/* What the `process` capability's programs tell: processes' images, ends and births, and control groups. Ids are those of the
 * host's namespaces; times are nanoseconds. Where text follows a record, it has no terminating zero and the record's size is
 * rounded up to a multiple of 8 with bytes of no meaning. */

enum process_record_type {
  PROCESS_EXEC = PROBE_PROCESS_BASE + 1,
  PROCESS_EXIT = PROBE_PROCESS_BASE + 2,
  PROCESS_FORK = PROBE_PROCESS_BASE + 3,
  PROCESS_CGROUP = PROBE_PROCESS_BASE + 4,
};

enum process_program {
  PROCESS_ON_EXEC = PROBE_PROCESS_BASE + 0,
  PROCESS_ON_EXIT = PROBE_PROCESS_BASE + 1,
  PROCESS_ON_FORK = PROBE_PROCESS_BASE + 2,
  PROCESS_ON_CGROUP_MKDIR = PROBE_PROCESS_BASE + 3,
  PROCESS_ON_CGROUP_RMDIR = PROBE_PROCESS_BASE + 4,
};

enum process_limit {
  PROCESS_PATH_LIMIT = 256,       /* bytes of an executable's path, and of a script's */
  PROCESS_ARGS_LIMIT = 4096,      /* bytes of arguments that the configuration can ask for */
  PROCESS_DIRECTORY_LIMIT = 512,  /* bytes of the names that lead to a working directory */
  PROCESS_CGROUP_PATH_LIMIT = 1024,
  PROCESS_THREAD_LIMIT = 64,      /* threads not yet reaped whose CPU time an exit record sums */
};

enum process_exec_flag {
  PROCESS_EXEC_UNLINKED = 1, /* the executable has no name left: deleted, or never had one */
  PROCESS_EXEC_MEMFD = 2,    /* the executable is anonymous memory; its name takes the place of the path */
  PROCESS_EXEC_HOME = 4,     /* the working directory is the parent's */
  PROCESS_EXEC_DIRECTORY = 8, /* the names that lead to the working directory are told; none are the root's */
};

/* A thread group has a new image; with PROBE_SNAPSHOT, one that was running already. Text: the executable's path as it was
 * named, a script's path where the executable is its interpreter, the arguments, and the names that lead to the working
 * directory from the last one on; arguments and names are each ended by a zero. */
struct process_exec {
  struct probe_head head;
  __u64 parent_start;
  __u64 capabilities; /* effective */
  __u64 inode;        /* of the executable */
  __u64 directory;    /* the working directory's inode */
  __u32 device;       /* of the executable, as the kernel counts: 12 bits and 20 */
  __u32 parent_pid;
  __u32 parent_exec_seq;
  __u32 effective_uid;
  __u32 saved_uid;
  __u32 gid;
  __u32 effective_gid;
  __u32 saved_gid;
  __u32 login_uid;   /* all ones where there is none */
  __u32 setuid;      /* the user whose rights the executable's mode gave, or all ones */
  __u32 setgid;
  __u32 session;     /* the session's leader */
  __u32 group;       /* the process group's leader */
  __u32 tty;         /* the controlling terminal's device, or 0 */
  __u32 inner_pid;   /* in the innermost namespace */
  __u32 old_tid;     /* of the thread that called exec; it has the group's id now */
  __u32 pid_namespace;
  __u32 mount_namespace;
  __u32 network_namespace;
  __u32 user_namespace;
  __u32 args_count;
  __u32 args_size;   /* of all arguments, whether they follow or not */
  __u16 flags;       /* enum process_exec_flag */
  __u16 path_length;
  __u16 script_length;
  __u16 args_length; /* of the arguments that follow */
  __u16 directory_length;
  __u16 reserved[3];
  char command[16];
};
_Static_assert(sizeof(struct process_exec) == 200, "the size of process_exec is part of its meaning");

enum process_exit_flag {
  PROCESS_EXIT_OUT_OF_MEMORY = 1, /* the kernel had chosen it as the victim */
  PROCESS_EXIT_NEVER_EXECUTED = 2, /* it ran its parent's image to the end */
};

/* The last thread of a group is gone. CPU times are of all its threads. */
struct process_exit {
  struct probe_head head;
  __u64 parent_start;
  __u64 user_time;    /* in ticks' steps: right in proportion only */
  __u64 system_time;
  __u64 run_time;     /* both, as the scheduler counts; at most one tick short */
  __u64 peak_pages;   /* of resident memory */
  __u64 minor_faults;
  __u64 major_faults;
  __u32 parent_pid;
  __u32 status;       /* as wait(2) gives it */
  __u32 inner_pid;
  __u16 flags;        /* enum process_exit_flag */
  __u16 reserved;
  char command[16];
};
_Static_assert(sizeof(struct process_exit) == 136, "the size of process_exit is part of its meaning");

/* A thread group is born: the head is the child's. */
struct process_fork {
  struct probe_head head;
  __u64 parent_start;
  __u32 parent_pid;
  __u32 parent_tid;
  __u32 inner_pid;
  __u32 reserved;
  char command[16];
};
_Static_assert(sizeof(struct process_fork) == 88, "the size of process_fork is part of its meaning");

enum process_cgroup_operation {
  PROCESS_CGROUP_MADE = 1,
  PROCESS_CGROUP_REMOVED = 2,
};

/* A control group is made or removed: the head is of who did it. In a mixed system the ids of the unified hierarchy are in the upper
 * half. Text: its path. */
struct process_cgroup {
  struct probe_head head;
  __u64 id;
  __u32 level;
  __u16 operation; /* enum process_cgroup_operation */
  __u16 path_length;
};
_Static_assert(sizeof(struct process_cgroup) == 64, "the size of process_cgroup is part of its meaning");
