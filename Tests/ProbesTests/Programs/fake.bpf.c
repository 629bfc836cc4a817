/* The programs of a capability that exists for tests only. */
#include "maps.bpf.h"
#include "watched_call.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct fake_record {
  struct probe_head head;
  __u64 number;
};

/* Whether the calls count as events that the kernel did not tell of. */
const volatile __u8 misses;

/* Sends a record at each call of one kind with one mark. */
static __always_inline int send(struct pt_regs *regs, long id)
{
  if (!is_watched(regs, id))
    return 0;
  if (misses) {
    count_outcome_atomically(PROBE_SELF_BASE, PROBE_MISSED);
    return 0;
  }
  struct fake_record *record = reserve_record(&bulk_ring, sizeof *record, PROBE_SELF_BASE);
  if (!record)
    return 0;
  fill_head(&record->head, bpf_get_current_task_btf(), PROBE_SELF_BASE, PROBE_SELF_BASE, sizeof *record);
  record->number = id;
  submit_record(&bulk_ring, record);
  return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter, struct pt_regs *regs, long id)
{
  return send(regs, id);
}

/* Cannot be loaded: it reads from an address out of nowhere. */
SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter_refused, void *regs, long id)
{
  return *(volatile int *)(id * 4);
}
