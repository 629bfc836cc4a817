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

struct inode;
struct mm_struct;
struct nsproxy;
struct pid;
struct signal_struct;
struct tty_driver;

struct atomic {
  int counter;
};

struct atomic_long {
  long counter;
};

struct atomic64 {
  __s64 counter;
};

struct kernfs_node {
  __u64 id;
  struct kernfs_node *parent;
  const char *name;
};

struct cgroup_root {
  unsigned int subsys_mask;
  int hierarchy_id;
};

struct cgroup {
  struct kernfs_node *kn;
  int level;
  struct cgroup_root *root;
};

struct cgroup_subsys_state {
  struct cgroup *cgroup;
};

struct css_set {
  struct cgroup_subsys_state *subsys[16];
  struct cgroup *dfl_cgrp;
};

struct ns_common {
  unsigned int inum;
};

struct user_namespace {
  struct ns_common ns;
};

struct kuid {
  __u32 val;
};

struct kgid {
  __u32 val;
};

/* Two halves of 32 bits up to 6.2; the same eight bytes. */
struct kernel_cap {
  __u64 val;
};

struct cred {
  struct kuid uid, euid, suid;
  struct kgid gid, egid, sgid;
  struct kernel_cap cap_effective;
  struct user_namespace *user_ns;
};

struct qstr {
  const unsigned char *name;
};

struct dentry {
  struct dentry *d_parent;
  struct qstr d_name;
  struct inode *d_inode;
};

struct vfsmount {
  struct dentry *mnt_root;
};

struct mount {
  struct mount *mnt_parent;
  struct dentry *mnt_mountpoint;
  struct vfsmount mnt;
  struct mnt_namespace *mnt_ns;
};

struct path {
  struct vfsmount *mnt;
  struct dentry *dentry;
};

struct fs_struct {
  struct path pwd;
};

struct super_block {
  unsigned int s_dev;
};

struct inode {
  unsigned short i_mode;
  struct kuid i_uid;
  struct kgid i_gid;
  struct super_block *i_sb;
  unsigned long i_ino;
  unsigned int i_nlink;
};

struct file {
  struct inode *f_inode;
  struct path f_path;
};

struct linux_binprm {
  struct file *file;
  int argc;
  const char *filename;
  const char *interp;
};

struct list_head {
  struct list_head *next;
};

struct mnt_namespace {
  struct ns_common ns;
};

struct net {
  struct ns_common ns;
};

struct nsproxy {
  struct mnt_namespace *mnt_ns;
  struct pid_namespace *pid_ns_for_children;
  struct net *net_ns;
};

struct pid_namespace {
  struct ns_common ns;
  struct task_struct *child_reaper;
};

struct upid {
  int nr;
  struct pid_namespace *ns;
};

struct pid {
  unsigned int level;
  struct upid numbers[1];
};

struct sched_entity {
  __u64 sum_exec_runtime;
};

struct tty_struct {
  struct tty_driver *driver;
  int index;
};

struct tty_driver {
  int major;
  int minor_start;
};

struct signal_struct {
  struct atomic live;
  int nr_threads;
  struct list_head thread_head;
  int group_exit_code;
  unsigned int flags;
  struct pid *pids[4];
  struct tty_struct *tty;
  __u64 utime, stime;
  unsigned long min_flt, maj_flt;
  unsigned long maxrss;
  unsigned long long sum_sched_runtime;
  struct mm_struct *oom_mm;
  short oom_score_adj;
};

struct gendisk {
  int major;
  int first_minor;
};

struct percpu_counter {
  __s64 count;
};

struct mm_struct {
  unsigned long arg_start, arg_end;
  struct file *exe_file;
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

struct task_struct {
  unsigned int flags;
  struct sched_entity se;
  struct mm_struct *mm;
  int exit_code;
  int pid;
  int tgid;
  unsigned int __state;
  struct task_struct *group_leader;
  struct task_struct *real_parent;
  struct pid *thread_pid;
  struct list_head thread_node;
  __u64 utime, stime;
  __u64 start_boottime;
  unsigned long min_flt, maj_flt;
  struct fs_struct *fs;
  struct nsproxy *nsproxy;
  struct signal_struct *signal;
  struct css_set *cgroups;
  const struct cred *cred;
  struct kuid loginuid;
  __u64 self_exec_id;
  char comm[16];
};

/* Before 5.14. */
struct task_struct___old {
  long state;
};

struct seq_file;

struct bpf_iter_meta {
  struct seq_file *seq;
  __u64 session_id;
  __u64 seq_num;
};

struct bpf_iter__task {
  struct bpf_iter_meta *meta;
  struct task_struct *task;
};

struct bpf_iter__task_file {
  struct bpf_iter_meta *meta;
  struct task_struct *task;
  __u32 fd;
  struct file *file;
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
  struct atomic64 skc_cookie;
  unsigned long skc_flags;
};

struct sk_buff_head {
  struct sk_buff *prev;
  __u32 qlen;
};

struct sock {
  struct sock_common __sk_common;
  struct sk_buff_head sk_error_queue;
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
  char cb[48];
};

struct sock_extended_err {
  __u32 ee_errno;
  __u8 ee_origin;
};

/* What `cb` holds in a socket's queue of errors. */
struct sock_exterr_skb {
  struct sock_extended_err ee;
};

#pragma clang attribute pop
