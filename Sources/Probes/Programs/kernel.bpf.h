#pragma once

/* The kernel's types as far as the programs read them, in place of a generated header of megabytes. The loader finds each
 * field's place in the running kernel (CO-RE), so only names and kinds matter here, not order or completeness. */

typedef signed char __s8;
typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u16 __le16;
typedef __u32 __le32;
typedef __u64 __le64;
typedef __u16 __sum16;
typedef __u32 __wsum;
typedef _Bool bool;

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct kernfs_node {
  __u64 id;
  struct kernfs_node *parent;
  const char *name;
};

struct cgroup {
  struct kernfs_node *kn;
  int level;
};

struct cgroup_subsys_state {
  struct cgroup *cgroup;
};

struct css_set {
  struct cgroup_subsys_state *subsys[16];
  struct cgroup *dfl_cgrp;
};

struct kuid {
  __u32 val;
};

struct cred {
  struct kuid uid, euid, suid;
};

struct gendisk {
  int major;
  int first_minor;
};

struct percpu_counter {
  __s64 count;
};

struct atomic_long {
  long counter;
};

struct mm_struct {
  unsigned long total_vm;
  struct atomic_long pgtables_bytes;
  struct percpu_counter rss_stat[4];
};

/* Before 6.2. */
struct mm_rss_stat {
  struct atomic_long count[4];
};

struct mm_struct___old {
  struct mm_rss_stat rss_stat;
};

struct request_queue {
  struct gendisk *disk;
};

struct request {
  struct request_queue *q;
  __u32 cmd_flags;
  __u32 __data_len;
  __u64 start_time_ns;
};

/* Before 5.17. */
struct request___old {
  struct gendisk *rq_disk;
};

struct signal_struct {
  short oom_score_adj;
};

struct task_struct {
  int pid;
  int tgid;
  unsigned int __state;
  struct mm_struct *mm;
  struct signal_struct *signal;
  __u64 start_boottime;
  __u64 self_exec_id;
  struct task_struct *group_leader;
  struct task_struct *real_parent;
  struct css_set *cgroups;
  const struct cred *cred;
  char comm[16];
};

/* Before 5.14. */
struct task_struct___old {
  long state;
};

#pragma clang attribute pop
