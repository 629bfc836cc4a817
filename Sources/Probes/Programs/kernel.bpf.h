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

struct seq_file;
struct file;

struct bpf_iter_meta {
  struct seq_file *seq;
  __u64 session_id;
  __u64 seq_num;
};

struct bpf_iter__task_file {
  struct bpf_iter_meta *meta;
  struct task_struct *task;
  __u32 fd;
  struct file *file;
};

struct ns_common {
  unsigned int inum;
};

struct net {
  struct ns_common ns;
};

typedef struct {
  struct net *net;
} possible_net_t;

struct in6_addr {
  union {
    __be32 u6_addr32[4];
  } in6_u;
};

struct sock_common {
  __be32 skc_daddr;
  __be32 skc_rcv_saddr;
  __be16 skc_dport;
  __u16 skc_num;
  unsigned short skc_family;
  volatile unsigned char skc_state;
  possible_net_t skc_net;
  struct in6_addr skc_v6_daddr;
  struct in6_addr skc_v6_rcv_saddr;
  unsigned long skc_flags;
};

struct sock {
  struct sock_common __sk_common;
  int sk_err;
  int sk_err_soft;
  __u16 sk_protocol;
  __u32 sk_ack_backlog;
  __u32 sk_max_ack_backlog;
};

struct socket {
  struct sock *sk;
};

struct inet_sock {
  struct sock sk;
  __be32 inet_saddr;
  __be16 inet_sport;
};

struct inet_connection_sock {
  struct inet_sock icsk_inet;
};

struct minmax_sample {
  __u32 t;
  __u32 v;
};

struct minmax {
  struct minmax_sample s[3];
};

struct tcp_sock {
  struct inet_connection_sock inet_conn;
  __u64 bytes_sent;
  __u64 bytes_retrans;
  __u64 bytes_acked;
  __u64 bytes_received;
  __u32 write_seq;
  __u32 snd_una;
  __u32 snd_nxt;
  __u32 rcv_nxt;
  __u32 copied_seq;
  __u32 srtt_us;
  __u32 mdev_us;
  __u32 total_retrans;
  __u32 lost;
  __u32 segs_in;
  __u32 segs_out;
  struct minmax rtt_min;
};

struct sk_buff {
  __be16 protocol;
};

#pragma clang attribute pop
