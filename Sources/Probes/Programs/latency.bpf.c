/* How long runnable threads wait for a processor, how long block requests take, and whom the kernel kills for want of memory.
 *
 * The first two are too frequent for records: the programs count in histograms, which the collector reads. */

#include "maps.bpf.h"

#include "LatencyEvents.h"

#include <stdbool.h>

/* Whether waits are counted for each control group too. */
const volatile bool by_cgroup = false;

/* When a thread began to wait, in the lower bits, and above them what its slot does not tell of its number. Only threads that
 * wait need a slot, and few do at any time: two that meet in one are rarer than one in a thousand, and the later one wins.
 * Beside the kernel's own storage for tasks this costs a tenth, needs no memory at run time and takes no lock. */
#define WAIT_SLOTS (1 << 15)
#define WAIT_TIME_BITS 57
#define WAIT_TIME_MASK ((1ull << WAIT_TIME_BITS) - 1)

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, WAIT_SLOTS);
  __type(key, __u32);
  __type(value, __u64);
} waiting_threads SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct latency_run_queue);
} run_queues SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_HASH);
  __uint(max_entries, 1);
  __type(key, __u64);
  __type(value, struct latency_histogram);
} cgroup_waits SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_HASH);
  __uint(max_entries, 256);
  __type(key, struct block_io_key);
  __type(value, struct latency_histogram);
} block_io SEC(".maps");

/* When requests were issued that the kernel itself keeps no time for. */
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 1024);
  __type(key, __u64);
  __type(value, __u64);
} issued_requests SEC(".maps");

/* What a new histogram starts as: too large for a program's stack. */
static const struct latency_histogram empty_histogram;

static __always_inline __u32 slot_of(__u64 nanoseconds)
{
  /* Two hours and more are all the same, and the product below stays within 64 bits. */
  if (nanoseconds > 1ull << 43)
    nanoseconds = 1ull << 43;
  __u64 units = nanoseconds * 1125900 >> 20;
  if (units <= 2)
    return 0;
  __u64 rest = units - 1;
  __u32 slot = 0;
  if (rest >> 32) { rest >>= 32; slot += 32; }
  if (rest >> 16) { rest >>= 16; slot += 16; }
  if (rest >> 8) { rest >>= 8; slot += 8; }
  if (rest >> 4) { rest >>= 4; slot += 4; }
  if (rest >> 2) { rest >>= 2; slot += 2; }
  if (rest >> 1) slot += 1;
  return slot < LATENCY_SLOT_COUNT ? slot : LATENCY_SLOT_COUNT - 1;
}

/* The scheduler's hooks run with interrupts off: what belongs to a processor is written by one program at a time. */
static __always_inline void add_wait(struct latency_histogram *histogram, __u64 nanoseconds, __u32 slot)
{
  histogram->sum += nanoseconds;
  if (slot < LATENCY_SLOT_COUNT)
    histogram->slots[slot]++;
}

static __always_inline __u64 *wait_of(__u32 thread)
{
  __u32 slot = thread % WAIT_SLOTS;
  return bpf_map_lookup_elem(&waiting_threads, &slot);
}

static __always_inline __u64 wait_tag(__u32 thread)
{
  return (__u64)(thread / WAIT_SLOTS) << WAIT_TIME_BITS;
}

static __always_inline void begin_wait(struct task_struct *task, __u64 now)
{
  __u32 thread = task->pid;
  __u64 *wait = wait_of(thread);
  if (wait)
    *wait = wait_tag(thread) | (now & WAIT_TIME_MASK);
}

static __always_inline void add_cgroup_wait(struct task_struct *task, __u64 nanoseconds, __u32 slot)
{
  __u64 cgroup = cgroup_of(task);
  struct latency_histogram *histogram = bpf_map_lookup_elem(&cgroup_waits, &cgroup);
  if (!histogram) {
    bpf_map_update_elem(&cgroup_waits, &cgroup, &empty_histogram, BPF_NOEXIST);
    histogram = bpf_map_lookup_elem(&cgroup_waits, &cgroup);
  }
  if (histogram)
    add_wait(histogram, nanoseconds, slot);
  else
    count_outcome(LATENCY_ON_SCHED_SWITCH, PROBE_MAP_FULL);
}

static __always_inline void end_wait(struct latency_run_queue *queue, struct task_struct *task, __u64 now)
{
  __u32 thread = task->pid;
  __u64 *wait = wait_of(thread);
  if (!wait || !*wait)
    return; /* it waited before this program came */
  __u64 began = *wait;
  if ((began & ~WAIT_TIME_MASK) != wait_tag(thread)) {
    /* The slot is now another thread's, which waits. */
    count_outcome(LATENCY_ON_SCHED_SWITCH, PROBE_MAP_FULL);
    return;
  }
  *wait = 0;
  /* The processors' clocks may differ by some nanoseconds. */
  __s64 passed = (now & WAIT_TIME_MASK) - (began & WAIT_TIME_MASK);
  __u64 nanoseconds = passed > 0 ? passed : 0;
  __u32 slot = slot_of(nanoseconds);
  add_wait(&queue->waits, nanoseconds, slot);
  if (by_cgroup)
    add_cgroup_wait(task, nanoseconds, slot);
}

/* A thread that gives way while it could run waits from now on. The idle thread of a processor never waits. */
static __always_inline int switch_tasks(struct task_struct *previous, struct task_struct *next, bool runnable)
{
  __u64 now = bpf_ktime_get_ns();
  __u32 key = 0;
  struct latency_run_queue *queue = bpf_map_lookup_elem(&run_queues, &key);
  if (!queue)
    return 0;
  /* Some kernels do not tell of every switch: then another thread leaves than came last, and the end of a wait went unseen. */
  if (queue->running && queue->running != (__u64)previous)
    count_outcome(LATENCY_ON_SCHED_SWITCH, PROBE_MISSED);
  queue->running = (__u64)next;
  if (runnable && previous->pid)
    begin_wait(previous, now);
  if (next->pid)
    end_wait(queue, next, now);
  return 0;
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(on_sched_wakeup, struct task_struct *task)
{
  begin_wait(task, bpf_ktime_get_ns());
  return 0;
}

SEC("tp_btf/sched_wakeup_new")
int BPF_PROG(on_sched_wakeup_new, struct task_struct *task)
{
  begin_wait(task, bpf_ktime_get_ns());
  return 0;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(on_sched_switch, bool preempt, struct task_struct *previous, struct task_struct *next, unsigned int state)
{
  return switch_tasks(previous, next, preempt || state == 0);
}

/* Before 5.18 the hook did not tell the state. */
SEC("tp_btf/sched_switch")
int BPF_PROG(on_sched_switch3, bool preempt, struct task_struct *previous, struct task_struct *next)
{
  long state;
  if (bpf_core_field_exists(previous->__state))
    state = previous->__state;
  else
    state = ((struct task_struct___old *)previous)->state;
  return switch_tasks(previous, next, preempt || state == 0);
}

static __always_inline int issue_request(struct request *request)
{
  if (request->start_time_ns)
    return 0;
  __u64 key = (__u64)request, now = bpf_ktime_get_ns();
  if (bpf_map_update_elem(&issued_requests, &key, &now, BPF_ANY))
    count_outcome_atomically(LATENCY_ON_BLOCK_RQ_ISSUE, PROBE_MAP_FULL);
  return 0;
}

/* The kernel keeps the time a request was made where it counts the device's requests (queue/iostats, the default). */
static __always_inline __u64 start_of(struct request *request)
{
  if (request->start_time_ns)
    return request->start_time_ns;
  __u64 key = (__u64)request;
  __u64 *issued = bpf_map_lookup_elem(&issued_requests, &key);
  if (!issued)
    return 0;
  __u64 start = *issued;
  bpf_map_delete_elem(&issued_requests, &key);
  return start;
}

static __always_inline struct gendisk *disk_of(struct request *request)
{
  if (bpf_core_field_exists(request->q->disk))
    return request->q->disk;
  return BPF_CORE_READ((struct request___old *)request, rq_disk);
}

static __always_inline int complete_request(struct request *request, __u32 bytes)
{
  struct gendisk *disk = disk_of(request);
  struct block_io_key key = {
    .major = BPF_CORE_READ(disk, major),
    .minor = BPF_CORE_READ(disk, first_minor),
    .operation = request->cmd_flags & 0xff,
  };
  struct latency_histogram *histogram = bpf_map_lookup_elem(&block_io, &key);
  if (!histogram) {
    bpf_map_update_elem(&block_io, &key, &empty_histogram, BPF_NOEXIST);
    histogram = bpf_map_lookup_elem(&block_io, &key);
  }
  if (!histogram) {
    count_outcome_atomically(LATENCY_ON_BLOCK_RQ_COMPLETE, PROBE_MAP_FULL);
    return 0;
  }
  /* Requests end in interrupts, which may come while another ends on the same processor. */
  __sync_fetch_and_add(&histogram->bytes, bytes);
  if (bytes < request->__data_len)
    return 0; /* a part; the request goes on */
  __u64 start = start_of(request);
  if (!start) {
    count_outcome_atomically(LATENCY_ON_BLOCK_RQ_COMPLETE, PROBE_MAP_FULL);
    return 0;
  }
  __s64 nanoseconds = bpf_ktime_get_ns() - start;
  if (nanoseconds < 0)
    nanoseconds = 0;
  __u32 slot = slot_of(nanoseconds);
  __sync_fetch_and_add(&histogram->sum, nanoseconds);
  if (slot < LATENCY_SLOT_COUNT)
    __sync_fetch_and_add(&histogram->slots[slot], 1);
  return 0;
}

SEC("tp_btf/block_rq_issue")
int BPF_PROG(on_block_rq_issue, struct request *request)
{
  return issue_request(request);
}

/* Before 5.11 the queue came first. */
SEC("tp_btf/block_rq_issue")
int BPF_PROG(on_block_rq_issue2, struct request_queue *queue, struct request *request)
{
  return issue_request(request);
}

SEC("tp_btf/block_rq_complete")
int BPF_PROG(on_block_rq_complete, struct request *request, int error, unsigned int bytes)
{
  return complete_request(request, bytes);
}

/* Resident pages of one kind. Since 6.2 each processor keeps some dozens that it has not added yet: those are not seen. */
#define PAGES_OF(memory, kind)                                                                          \
  (bpf_core_field_exists(struct mm_struct___old, rss_stat.count)                                        \
     ? BPF_CORE_READ((struct mm_struct___old *)(memory), rss_stat.count[kind].counter)                  \
     : BPF_CORE_READ(memory, rss_stat[kind].count))

static __always_inline __u64 no_less_than_zero(__s64 pages)
{
  return pages > 0 ? pages : 0;
}

static __always_inline void fill_memory(struct oom_kill_record *record, struct task_struct *victim)
{
  struct mm_struct *memory = victim->mm;
  record->score_adjust = BPF_CORE_READ(victim, signal, oom_score_adj);
  record->total_pages = BPF_CORE_READ(memory, total_vm);
  record->file_pages = no_less_than_zero(PAGES_OF(memory, 0));
  record->anonymous_pages = no_less_than_zero(PAGES_OF(memory, 1));
  record->shared_pages = no_less_than_zero(PAGES_OF(memory, 3));
  record->page_table_bytes = BPF_CORE_READ(memory, pgtables_bytes.counter);
}

SEC("tp_btf/mark_victim")
int BPF_PROG(on_mark_victim, struct task_struct *victim, __u32 uid)
{
  struct oom_kill_record *record = reserve_record(&lifecycle_ring, sizeof(*record), LATENCY_ON_MARK_VICTIM);
  if (!record)
    return 0;
  fill_head(&record->head, victim, LATENCY_OOM_KILL, LATENCY_ON_MARK_VICTIM, sizeof(*record));
  record->cause_pid = bpf_get_current_pid_tgid() >> 32;
  fill_memory(record, victim);
  bpf_probe_read_kernel_str(record->comm, sizeof(record->comm), victim->comm);
  submit_record(&lifecycle_ring, record);
  return 0;
}

/* Before 6.9 the hook tells the victim's thread alone. */
SEC("tp_btf/mark_victim")
int BPF_PROG(on_mark_victim1, int thread)
{
  struct oom_kill_record *record = reserve_record(&lifecycle_ring, sizeof(*record), LATENCY_ON_MARK_VICTIM);
  if (!record)
    return 0;
  __builtin_memset(record, 0, sizeof(*record));
  record->head.type = LATENCY_OOM_KILL;
  record->head.size = sizeof(*record);
  record->head.flags = PROBE_PARTIAL;
  record->head.program = LATENCY_ON_MARK_VICTIM;
  record->head.cpu = bpf_get_smp_processor_id();
  record->head.time = bpf_ktime_get_boot_ns();
  record->head.pid = thread;
  record->head.tid = thread;
  record->cause_pid = bpf_get_current_pid_tgid() >> 32;
  count_outcome(LATENCY_ON_MARK_VICTIM, PROBE_READ_FAULT);
  submit_record(&lifecycle_ring, record);
  return 0;
}

char object_license[] SEC("license") = "Dual BSD/GPL";
