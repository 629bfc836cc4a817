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

struct task_struct {
  int pid;
  int tgid;
  __u64 start_boottime;
  __u64 self_exec_id;
  struct task_struct *group_leader;
  struct task_struct *real_parent;
  struct css_set *cgroups;
  const struct cred *cred;
  char comm[16];
};

#pragma clang attribute pop
