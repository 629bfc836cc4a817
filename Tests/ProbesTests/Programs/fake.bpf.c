/* The programs of a capability that exists for tests only. */
#include "maps.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct fake_record {
  struct probe_head head;
  __u64 number;
};

const volatile __u32 watched_pid;
const volatile __s64 watched_call = -1;

/* Sends a record at each call of one kind by one process. */
static __always_inline int send(long id)
{
  if (id != watched_call || bpf_get_current_pid_tgid() >> 32 != watched_pid)
    return 0;
  struct fake_record *record = reserve_record(&bulk_ring, sizeof *record, PROBE_SELF_BASE);
  if (!record)
    return 0;
  fill_head(&record->head, bpf_get_current_task_btf(), PROBE_SELF_BASE, PROBE_SELF_BASE, sizeof *record);
  record->number = id;
  submit_record(&bulk_ring, record);
  return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter, void *regs, long id)
{
  return send(id);
}

/* Cannot be loaded: it reads from an address out of nowhere. */
SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter_refused, void *regs, long id)
{
  return *(volatile int *)(id * 4);
}
