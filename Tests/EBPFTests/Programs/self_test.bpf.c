/* Programs for the tests of the loader itself. */
#include "maps.bpf.h"
#include "watched_call.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct self_record {
  struct probe_head head;
  __u64 number;
  __u64 knob;
};

struct self_order {
  __u64 first;
  __u64 count;
};

const volatile __u64 knob = 1;

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1000);
  __type(key, __u32);
  __type(value, __u64);
} numbers SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_HASH);
  __uint(max_entries, 1000);
  __type(key, __u32);
  __type(value, __u32);
} numbers_by_cpu SEC(".maps");

static __always_inline void send(__u64 number)
{
  struct self_record *record = reserve_record(&bulk_ring, sizeof *record, PROBE_SELF_BASE);
  if (!record)
    return;
  fill_head(&record->head, bpf_get_current_task_btf(), PROBE_SELF_BASE, PROBE_SELF_BASE, sizeof *record);
  record->number = number;
  record->knob = knob;
  submit_record(&bulk_ring, record);
}

static long send_one(__u32 index, __u64 *first)
{
  send(*first + index);
  return 0;
}

/* Sends as many records as it is told to. */
SEC("syscall")
int send_records(struct self_order *order)
{
  __u64 first = order->first;
  bpf_loop(order->count, send_one, &first, 0);
  return 0;
}

/* Sends a record at each call of one kind with one mark. */
SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter, struct pt_regs *regs, long id)
{
  if (is_watched(regs, id))
    send(id);
  return 0;
}

/* Cannot be loaded: it reads from an address out of nowhere. */
SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter_refused, void *regs, long id)
{
  return *(volatile int *)(id * 4);
}

/* Tells of every thread. */
SEC("iter/task")
int on_task(struct bpf_iter__task *context)
{
  struct task_struct *task = context->task;
  struct self_record record = {};
  if (!task)
    return 0;
  record.head.type = PROBE_SELF_BASE;
  record.head.size = sizeof record;
  record.head.pid = task->tgid;
  record.head.tid = task->pid;
  bpf_seq_write(context->meta->seq, &record, sizeof record);
  return 0;
}
