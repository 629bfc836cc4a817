/* Processes' lives: images, ends, births, an inventory, and the control groups they live in. */

#include "maps.bpf.h"

#include "ProcessEvents.h"

#include <stdbool.h>

/* How many bytes of arguments an exec record carries at most, up to PROCESS_ARGS_LIMIT; none are wanted where it is 0. */
const volatile __u32 args_limit = 512;

/* Whether the working directory is told. */
const volatile bool directory_wanted = true;

#define ROUND_UP_TO_8(size) (((size) + 7) & ~7U)

#define NO_ID 0xffffffffU

/* The kernel's own numbers, from include/linux/sched.h, sched/signal.h, pid.h and stat.h. */
#define PF_FORKNOEXEC 0x00000040
#define PF_KTHREAD 0x00200000
#define SIGNAL_GROUP_EXIT 0x00000004
#define PIDTYPE_PGID 2
#define PIDTYPE_SID 3
#define S_ISUID 04000
#define S_ISGID 02000
#define S_IXGRP 00010

/* Names and mounts on the way from a working directory to the root. */
#define DIRECTORY_STEPS 24
#define NAME_ROOM 256

struct exec_scratch {
  struct process_exec record;
  /* The programs write each text behind the one before: room for the longest of each, and the zero that a copy ends with. */
  char text[2 * PROCESS_PATH_LIMIT + PROCESS_ARGS_LIMIT + PROCESS_DIRECTORY_LIMIT + 8];
  char directory[PROCESS_DIRECTORY_LIMIT + NAME_ROOM];
  __u32 directory_length;
};

/* A program is never interrupted by itself on the same CPU: the kernel skips such a run. */
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct exec_scratch);
} exec_scratches SEC(".maps");

/* Of a path, with its zero, and of arguments, where a record has little text. */
#define SMALL_PATH 64
#define SMALL_ARGS 128

/* The record says how much of it is used; the rest of the room in the ring is wasted. */
struct exec_small {
  struct process_exec record;
  char text[SMALL_PATH + SMALL_ARGS];
};

struct cgroup_scratch {
  struct process_cgroup record;
  char path[PROCESS_CGROUP_PATH_LIMIT + 8];
};

/* One for each of the two programs. */
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 2);
  __type(key, __u32);
  __type(value, struct cgroup_scratch);
} cgroup_scratches SEC(".maps");

/* Copies a string of the kernel's to `to`, which has room for `limit` bytes and two more, and gives its length without the zero. */
static __always_inline __u32 copy_text(char *to, __u32 limit, const char *from, struct probe_head *head)
{
  long length = bpf_probe_read_kernel_str(to, limit + 2, from);
  if (length <= 0) {
    head->flags |= PROBE_PARTIAL;
    return 0;
  }
  length -= 1;
  if (length > limit) {
    head->flags |= PROBE_TRUNCATED;
    return limit;
  }
  return length;
}

/* The id in the innermost namespace, and that namespace where it is asked for. */
static __always_inline __u32 inner_pid(struct task_struct *task, __u32 *namespace)
{
  struct pid *pid = task->thread_pid;
  unsigned int level = pid->level;
  if (level == 0) {
    if (namespace)
      *namespace = pid->numbers[0].ns->ns.inum;
    return pid->numbers[0].nr;
  }
  /* The verifier takes no variable offset into a typed pointer, but any into a number. */
  struct pid *plain = BPF_CORE_READ(task, thread_pid);
  struct upid inner = {};
  bpf_probe_read_kernel(&inner, sizeof(inner), &plain->numbers[0] + level);
  if (namespace)
    *namespace = BPF_CORE_READ(&inner, ns, ns.inum);
  return inner.nr;
}

static __always_inline __u32 terminal(struct signal_struct *signal)
{
  struct tty_struct *tty = signal->tty;
  if (!tty)
    return 0;
  struct tty_driver *driver = tty->driver;
  return (__u32)driver->major << 20 | ((__u32)(driver->minor_start + tty->index) & 0xfffff);
}

/* What an exec record and the inventory have in common: everything that the task itself tells. */
static __always_inline void fill_image(struct process_exec *record, struct task_struct *task)
{
  struct task_struct *parent = task->real_parent;
  struct signal_struct *signal = task->signal;
  const struct cred *cred = task->cred;
  struct nsproxy *namespaces = task->nsproxy;
  struct fs_struct *directories = task->fs;

  record->parent_start = parent->group_leader->start_boottime;
  record->parent_pid = parent->tgid;
  record->parent_exec_seq = parent->self_exec_id;
  record->effective_uid = cred->euid.val;
  record->saved_uid = cred->suid.val;
  record->gid = cred->gid.val;
  record->effective_gid = cred->egid.val;
  record->saved_gid = cred->sgid.val;
  record->directory = directories ? directories->pwd.dentry->d_inode->i_ino : 0;
  record->directory_length = 0;
  if (bpf_core_field_exists(cred->cap_effective.val))
    record->capabilities = cred->cap_effective.val;
  else
    bpf_core_read(&record->capabilities, sizeof(record->capabilities), &cred->cap_effective);
  record->user_namespace = cred->user_ns->ns.inum;
  record->login_uid = bpf_core_field_exists(task->loginuid) ? task->loginuid.val : NO_ID;
  record->session = signal->pids[PIDTYPE_SID]->numbers[0].nr;
  record->group = signal->pids[PIDTYPE_PGID]->numbers[0].nr;
  record->tty = terminal(signal);
  record->inner_pid = inner_pid(task, &record->pid_namespace);
  record->mount_namespace = namespaces ? namespaces->mnt_ns->ns.inum : 0;
  record->network_namespace = namespaces ? namespaces->net_ns->ns.inum : 0;
  fill_name(record->command, task);
}

static __always_inline bool is_memfd(struct file *file)
{
  char start[6] = {};
  bpf_probe_read_kernel(start, sizeof(start), file->f_path.dentry->d_name.name);
  return start[0] == 'm' && start[1] == 'e' && start[2] == 'm' && start[3] == 'f' && start[4] == 'd' && start[5] == ':';
}

static __always_inline void fill_file(struct process_exec *record, struct file *file)
{
  struct inode *inode = file->f_inode;
  unsigned short mode = inode->i_mode;
  record->inode = inode->i_ino;
  record->device = inode->i_sb->s_dev;
  record->flags = 0;
  if (inode->i_nlink == 0)
    record->flags = PROCESS_EXEC_UNLINKED | (is_memfd(file) ? PROCESS_EXEC_MEMFD : 0);
  record->setuid = NO_ID;
  record->setgid = NO_ID;
  if ((mode & S_ISUID) && record->head.uid != record->effective_uid && inode->i_uid.val == record->effective_uid)
    record->setuid = record->effective_uid;
  if ((mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) && record->gid != record->effective_gid &&
      inode->i_gid.val == record->effective_gid)
    record->setgid = record->effective_gid;
}

/* The arguments where the kernel has just put them: contiguous, each with its zero. */
static __always_inline __u32 copy_args(char *to, struct process_exec *record, struct mm_struct *mm)
{
  unsigned long start = mm->arg_start;
  unsigned long size = mm->arg_end - start;
  record->args_size = size;
  if (!args_limit)
    return 0;
  if (size > args_limit) {
    size = args_limit;
    record->head.flags |= PROBE_TRUNCATED;
  }
  if (size > PROCESS_ARGS_LIMIT)
    size = PROCESS_ARGS_LIMIT;
  if (bpf_probe_read_user(to, size, (const void *)start)) {
    record->head.flags |= PROBE_PARTIAL;
    return 0;
  }
  return size;
}

/* Writes the names that lead from the working directory to the root, the last one first, each with its zero: user space puts them in
 * order. None are written where the way is too long or does not end at a root. How far it came is kept in memory: of a length in a
 * register the verifier would follow each value through the rest of the program. */
static __noinline void walk_directory(struct exec_scratch *scratch, struct task_struct *task)
{
  struct fs_struct *directories = task->fs;
  scratch->directory_length = 0;
  /* A directory that was deleted has no way to it. */
  if (!directories || directories->pwd.dentry->d_inode->i_nlink == 0)
    return;
  struct dentry *dentry = directories->pwd.dentry;
  struct mount *mount = (void *)directories->pwd.mnt - bpf_core_field_offset(struct mount, mnt);
  struct dentry *top = BPF_CORE_READ(mount, mnt.mnt_root);
  for (int i = 0; i < DIRECTORY_STEPS; i++) {
    if (dentry == top) {
      struct mount *below = BPF_CORE_READ(mount, mnt_parent);
      if (below == mount) {
        /* One that was taken down has no namespace any more. */
        if (BPF_CORE_READ(mount, mnt_ns) && scratch->directory_length <= PROCESS_DIRECTORY_LIMIT)
          scratch->record.flags |= PROCESS_EXEC_DIRECTORY;
        return;
      }
      dentry = BPF_CORE_READ(mount, mnt_mountpoint);
      mount = below;
      top = BPF_CORE_READ(mount, mnt.mnt_root);
      continue;
    }
    __u32 length = scratch->directory_length;
    if (length > PROCESS_DIRECTORY_LIMIT)
      return;
    long size = bpf_probe_read_kernel_str(scratch->directory + length, NAME_ROOM, BPF_CORE_READ(dentry, d_name.name));
    struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
    if (size <= 1 || parent == dentry)
      return;
    scratch->directory_length = length + size;
    dentry = parent;
  }
}

/* Puts the names of the way to the working directory behind the texts, which end at `end`; gives their length. */
static __always_inline __u32 add_directory(struct exec_scratch *scratch, __u32 end)
{
  __u32 length = scratch->directory_length;
  if (!(scratch->record.flags & PROCESS_EXEC_DIRECTORY))
    return 0;
  if (end > 2 * PROCESS_PATH_LIMIT + PROCESS_ARGS_LIMIT || length > PROCESS_DIRECTORY_LIMIT ||
      bpf_probe_read_kernel(scratch->text + end, length, scratch->directory)) {
    scratch->record.flags &= ~PROCESS_EXEC_DIRECTORY;
    return 0;
  }
  scratch->record.directory_length = length;
  return length;
}

/* Most processes are in their parent's directory, whose path is known: the way is told only where it is another. */
static __always_inline bool is_in_parents_directory(struct task_struct *task)
{
  struct fs_struct *own = task->fs, *parents = task->real_parent->fs;
  return own && parents && own->pwd.dentry == parents->pwd.dentry && own->pwd.mnt == parents->pwd.mnt;
}

/* Everything but the texts. */
static __always_inline void fill_exec(struct process_exec *record, struct task_struct *task, int old_tid, struct linux_binprm *bprm)
{
  fill_head(&record->head, task, PROCESS_EXEC, PROCESS_ON_EXEC, 0);
  fill_image(record, task);
  fill_file(record, bprm->file);
  record->old_tid = old_tid;
  record->args_count = bprm->argc;
}

/* Most records have little text. They are made in the ring: elsewhere they would be written to memory that no cache has after an
 * exec, and copied, which takes 150 of 1100 ns. Returns whether the record was made: others are to be made the other way. */
static __always_inline bool tell_small(struct task_struct *task, int old_tid, struct linux_binprm *bprm)
{
  struct mm_struct *mm = task->mm;
  unsigned long start = mm->arg_start;
  unsigned long args = mm->arg_end - start;
  const char *path = bprm->interp;
  bool is_home = is_in_parents_directory(task);
  if (args > args_limit || args > SMALL_ARGS || path != bprm->filename || (directory_wanted && !is_home))
    return 0;
  struct exec_small *small = bpf_ringbuf_reserve(&lifecycle_ring, sizeof(*small), 0);
  if (!small)
    return 0;
  /* Whether a path that fills its room ends there is not known. */
  long length = bpf_probe_read_kernel_str(small->text, SMALL_PATH, path);
  if (length <= 0 || length >= SMALL_PATH) {
    bpf_ringbuf_discard(small, BPF_RB_NO_WAKEUP);
    return 0;
  }
  length -= 1;
  struct process_exec *record = &small->record;
  fill_exec(record, task, old_tid, bprm);
  if (record->flags & PROCESS_EXEC_MEMFD) {
    bpf_ringbuf_discard(small, BPF_RB_NO_WAKEUP);
    return 0;
  }
  if (is_home)
    record->flags |= PROCESS_EXEC_HOME;
  record->path_length = length;
  record->script_length = 0;
  record->args_size = args;
  if (bpf_probe_read_user(small->text + length, args, (const void *)start)) {
    record->head.flags |= PROBE_PARTIAL;
    count_outcome(PROCESS_ON_EXEC, PROBE_READ_FAULT);
    args = 0;
  }
  record->args_length = args;
  record->head.size = sizeof(*record) + ROUND_UP_TO_8(length + args);
  count_outcome(PROCESS_ON_EXEC, PROBE_PRODUCED);
  submit_record(&lifecycle_ring, small);
  return 1;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_sched_process_exec, struct task_struct *task, int old_tid, struct linux_binprm *bprm)
{
  if (tell_small(task, old_tid, bprm))
    return 0;
  __u32 zero = 0;
  struct exec_scratch *scratch = bpf_map_lookup_elem(&exec_scratches, &zero);
  if (!scratch)
    return 0;
  struct process_exec *record = &scratch->record;
  fill_exec(record, task, old_tid, bprm);

  if (is_in_parents_directory(task))
    record->flags |= PROCESS_EXEC_HOME;
  else if (directory_wanted)
    walk_directory(scratch, task);

  const char *filename = bprm->filename;
  const char *interpreter = bprm->interp;
  /* What is in memory alone was named by a descriptor, if at all. */
  const char *path = record->flags & PROCESS_EXEC_MEMFD ? (const char *)bprm->file->f_path.dentry->d_name.name : interpreter;
  __u32 length = copy_text(scratch->text, PROCESS_PATH_LIMIT, path, &record->head);
  record->path_length = length;
  __u32 script = 0;
  if (interpreter != filename && length <= PROCESS_PATH_LIMIT)
    script = copy_text(scratch->text + length, PROCESS_PATH_LIMIT, filename, &record->head);
  record->script_length = script;
  length += script;
  if (length > 2 * PROCESS_PATH_LIMIT)
    return 0;
  __u32 args = copy_args(scratch->text + length, record, task->mm);
  record->args_length = args;
  length += args;
  length += add_directory(scratch, length);
  length = ROUND_UP_TO_8(length);

  if (record->head.flags & PROBE_PARTIAL)
    count_outcome(PROCESS_ON_EXEC, PROBE_READ_FAULT);
  if (record->head.flags & PROBE_TRUNCATED)
    count_outcome(PROCESS_ON_EXEC, PROBE_CUT);
  __u32 size = sizeof(*record) + length;
  record->head.size = size;
  if (size <= sizeof(*scratch))
    output_record(&lifecycle_ring, scratch, size, PROCESS_ON_EXEC);
  return 0;
}

/* Adds the times of the other threads that are not reaped yet; the kernel has added those of the reaped to the group's. */
static __always_inline void add_threads(struct process_exit *record, struct task_struct *last)
{
  struct signal_struct *plain = BPF_CORE_READ(last, signal);
  struct list_head *head = &plain->thread_head;
  struct list_head *node = BPF_CORE_READ(head, next);
  for (int i = 0; i < PROCESS_THREAD_LIMIT; i++) {
    if (node == head)
      return;
    struct task_struct *thread = (void *)node - bpf_core_field_offset(struct task_struct, thread_node);
    if (BPF_CORE_READ(thread, pid) != last->pid) {
      record->user_time += BPF_CORE_READ(thread, utime);
      record->system_time += BPF_CORE_READ(thread, stime);
      record->run_time += BPF_CORE_READ(thread, se.sum_exec_runtime);
      record->minor_faults += BPF_CORE_READ(thread, min_flt);
      record->major_faults += BPF_CORE_READ(thread, maj_flt);
    }
    if (bpf_core_read(&node, sizeof(node), &node->next))
      break;
  }
  record->head.flags |= PROBE_PARTIAL;
}

static __always_inline void tell_exit(struct task_struct *task)
{
  if (task->flags & PF_KTHREAD)
    return;
  struct process_exit *record = reserve_record(&lifecycle_ring, sizeof(*record), PROCESS_ON_EXIT);
  if (!record)
    return;
  struct task_struct *leader = task->group_leader;
  struct task_struct *parent = leader->real_parent;
  struct signal_struct *signal = task->signal;
  fill_head(&record->head, task, PROCESS_EXIT, PROCESS_ON_EXIT, sizeof(*record));
  record->parent_start = parent->group_leader->start_boottime;
  record->parent_pid = parent->tgid;
  record->user_time = signal->utime + task->utime;
  record->system_time = signal->stime + task->stime;
  record->run_time = signal->sum_sched_runtime + task->se.sum_exec_runtime;
  record->peak_pages = signal->maxrss;
  record->minor_faults = signal->min_flt + task->min_flt;
  record->major_faults = signal->maj_flt + task->maj_flt;
  record->status = signal->flags & SIGNAL_GROUP_EXIT ? signal->group_exit_code : leader->exit_code;
  record->inner_pid = inner_pid(leader, 0);
  record->flags = (signal->oom_mm ? PROCESS_EXIT_OUT_OF_MEMORY : 0) |
                  (leader->flags & PF_FORKNOEXEC ? PROCESS_EXIT_NEVER_EXECUTED : 0);
  record->reserved = 0;
  fill_name(record->command, leader);
  if (signal->nr_threads > 1)
    add_threads(record, task);
  submit_record(&lifecycle_ring, record);
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_sched_process_exit_dead, struct task_struct *task, bool group_dead)
{
  if (group_dead)
    tell_exit(task);
  return 0;
}

/* Before the kernel told whether it is the last one; two threads that end at the same moment can both be it here. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_sched_process_exit_live, struct task_struct *task)
{
  if (task->signal->live.counter == 0)
    tell_exit(task);
  return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_sched_process_fork, struct task_struct *parent, struct task_struct *child)
{
  if (child->pid != child->tgid || (child->flags & PF_KTHREAD))
    return 0;
  struct process_fork *record = reserve_record(&lifecycle_ring, sizeof(*record), PROCESS_ON_FORK);
  if (!record)
    return 0;
  fill_head(&record->head, child, PROCESS_FORK, PROCESS_ON_FORK, sizeof(*record));
  record->parent_start = parent->group_leader->start_boottime;
  record->parent_pid = parent->tgid;
  record->parent_tid = parent->pid;
  record->inner_pid = inner_pid(child, 0);
  record->reserved = 0;
  fill_name(record->command, child);
  submit_record(&lifecycle_ring, record);
  return 0;
}

static __always_inline void tell_cgroup(struct cgroup *cgroup, const char *path, __u16 operation, __u32 program, __u32 slot)
{
  struct cgroup_root *root = cgroup->root;
  bool is_unified = root->hierarchy_id == 0;
  bool is_known = cgroup_controller < 0 ? is_unified : root->subsys_mask >> cgroup_controller & 1;
  if (!is_known && !(cgroup_unified && is_unified))
    return;
  struct cgroup_scratch *scratch = bpf_map_lookup_elem(&cgroup_scratches, &slot);
  if (!scratch)
    return;
  struct process_cgroup *record = &scratch->record;
  fill_head(&record->head, bpf_get_current_task_btf(), PROCESS_CGROUP, program, 0);
  record->id = cgroup->kn->id;
  if (!is_known)
    record->id <<= 32;
  record->level = cgroup->level;
  record->operation = operation;
  __u32 length = copy_text(scratch->path, PROCESS_CGROUP_PATH_LIMIT, path, &record->head);
  record->path_length = length;
  if (record->head.flags & PROBE_PARTIAL)
    count_outcome(program, PROBE_READ_FAULT);
  if (record->head.flags & PROBE_TRUNCATED)
    count_outcome(program, PROBE_CUT);
  __u32 size = sizeof(*record) + ROUND_UP_TO_8(length);
  record->head.size = size;
  if (size <= sizeof(*scratch))
    output_record(&lifecycle_ring, scratch, size, program);
}

SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(on_cgroup_mkdir, struct cgroup *cgroup, const char *path)
{
  tell_cgroup(cgroup, path, PROCESS_CGROUP_MADE, PROCESS_ON_CGROUP_MKDIR, 0);
  return 0;
}

SEC("tp_btf/cgroup_rmdir")
int BPF_PROG(on_cgroup_rmdir, struct cgroup *cgroup, const char *path)
{
  tell_cgroup(cgroup, path, PROCESS_CGROUP_REMOVED, PROCESS_ON_CGROUP_RMDIR, 1);
  return 0;
}

static __always_inline void show_process(struct seq_file *seq, struct task_struct *task)
{
  struct process_exec record;
  __builtin_memset(&record, 0, sizeof(record));
  fill_head(&record.head, task, PROCESS_EXEC, PROCESS_ON_EXEC, sizeof(record));
  record.head.flags = PROBE_SNAPSHOT;
  fill_image(&record, task);
  struct mm_struct *mm = task->mm;
  struct file *file = mm ? mm->exe_file : 0;
  if (file)
    fill_file(&record, file);
  record.old_tid = task->pid;
  bpf_seq_write(seq, &record, sizeof(record));
}

/* The inventory: each process as if it had just executed, without the texts, which only its own memory has. Those that have ended
 * and only wait for their parent are none. */
SEC("iter/task")
int each_process(struct bpf_iter__task *context)
{
  struct task_struct *task = context->task;
  if (!task)
    return 0;
  /* Some kernels leave the first process out. */
  if (context->meta->seq_num == 0 && task->pid > 1) {
    struct task_struct *first = task->nsproxy->pid_ns_for_children->child_reaper;
    if (first && first->pid == 1)
      show_process(context->meta->seq, first);
  }
  if (task->pid == task->tgid && !(task->flags & PF_KTHREAD) && task->signal->live.counter > 0)
    show_process(context->meta->seq, task);
  return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
