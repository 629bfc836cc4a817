/* Connections and datagrams with the process they belong to, from the sockets themselves: no hook on system calls, none on packets.
 *
 * What is known of a socket is kept with the socket (BPF_MAP_TYPE_SK_STORAGE) in the form of the record that is made of it. A TCP
 * connection's bytes are not counted here: they follow from the kernel's own sequence numbers, exactly and for connections older than
 * these programs too; the programs at sending and receiving only see to it that the right process owns them. */

#include "network_datagrams.bpf.h"
#include "network_sockets.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Takes up a connection that is older than the programs. Its numbers so far are not reported by anyone but are its own: what is
 * reported from now on is what comes to pass from now on. */
static __noinline void adopt(struct socket_state *state, struct sock *sk, struct tcp_sock *tcp)
{
  struct network_flow *flow = &state->flow;
  begin(state, sk, NETWORK_ROLE_UNKNOWN);
  flow->flags = NETWORK_OLDER;
  __u8 now = sk->__sk_common.skc_state;
  flow->state = now;
  if (now == TCP_LISTEN) {
    flow->role = NETWORK_LISTENING;
    set_local(flow, sk);
    return;
  }
  if (now == TCP_SYN_SENT) {
    flow->role = NETWORK_CLIENT;
    state->syn = 1;
  }
  if (now == TCP_CLOSE || now == TCP_SYN_SENT || now == TCP_SYN_RECV)
    return;
  flow->established = flow->opened;
  state->fin = now == TCP_FIN_WAIT1 || now == TCP_FIN_WAIT2 || now == TCP_CLOSING || now == TCP_LAST_ACK;
  /* The side that connected has its SYN among the bytes acknowledged, but never among those sent. */
  __u64 taken = tcp->bytes_acked + (__u32)(tcp->snd_nxt - tcp->snd_una) - state->fin;
  __u64 sent = tcp->bytes_sent - tcp->bytes_retrans;
  state->syn = taken == sent + 1;
  if (state->syn)
    flow->role = NETWORK_CLIENT;
  else if (taken == sent)
    flow->role = NETWORK_SERVER;
  set_tuple(flow, sk, 0);
  measure(state, sk, tcp, false);
}

static __always_inline void finish(struct socket_state *state, __u8 program, __u8 cause)
{
  state->done = 1;
  tell(&state->flow, NETWORK_FLOW, program, cause);
}

static __always_inline int on_connecting(struct sock *sk)
{
  struct socket_state *state = make_state(sk, NETWORK_ON_STATE);
  if (!state)
    return 0;
  if (state->flow.established && !state->done)
    finish(state, NETWORK_ON_STATE, NETWORK_ENDED);
  begin(state, sk, NETWORK_CLIENT);
  set_owner(&state->flow, bpf_get_current_task_btf());
  /* But for the local port, which comes later. */
  set_tuple(&state->flow, sk, 0);
  state->flow.state = TCP_SYN_SENT;
  state->syn = 1;
  return 0;
}

static __always_inline int on_established(struct sock *sk)
{
  struct socket_state *state = make_state(sk, NETWORK_ON_STATE);
  if (!state)
    return 0;
  struct network_flow *flow = &state->flow;
  if (flow->role != NETWORK_CLIENT && flow->role != NETWORK_SERVER) {
    /* Its listening socket is older than the programs and not yet known. */
    begin(state, sk, NETWORK_SERVER);
    flow->flags = NETWORK_OWNER_GUESSED;
  }
  /* How long connecting took is of interest where somebody connected; the clock takes 30 ns. */
  flow->established = flow->role == NETWORK_CLIENT ? bpf_ktime_get_boot_ns() : flow->opened;
  flow->state = TCP_ESTABLISHED;
  set_tuple(flow, sk, 0);
  return 0;
}

static __always_inline int on_listening(struct sock *sk)
{
  struct socket_state *state = make_state(sk, NETWORK_ON_STATE);
  if (!state)
    return 0;
  begin(state, sk, NETWORK_LISTENING);
  set_owner(&state->flow, bpf_get_current_task_btf());
  state->flow.state = TCP_LISTEN;
  set_local(&state->flow, sk);
  tell(&state->flow, NETWORK_LISTENER, NETWORK_ON_STATE, NETWORK_OPENED);
  return 0;
}

/* What the network last said against a connection, also where the program has taken the error meanwhile; or zero. */
static __always_inline __u32 objection(struct sock *sk)
{
  if (sk->sk_error_queue.qlen) {
    struct sk_buff *last = sk->sk_error_queue.prev;
    struct sock_exterr_skb *told = (struct sock_exterr_skb *)&last->cb;
    __u8 origin = told->ee.ee_origin;
    if (origin == SO_EE_ORIGIN_ICMP || origin == SO_EE_ORIGIN_ICMP6)
      return told->ee.ee_errno;
  }
  return sk->sk_err_soft;
}

/* Why connecting failed, where the socket no longer says so. Programs give up, or find no free port, in calls of their own, which
 * the program at changes of state sees; another one comes to know first where the kernel gave up in an interrupt. */
static __always_inline __u32 reason_of(struct socket_state *state, struct sock *sk, bool sent, __u8 program)
{
  bool by_program = program == NETWORK_ON_STATE;
  if (by_program && !sent)
    return EADDRNOTAVAIL;
  if (!by_program && state->flow.flags & NETWORK_RESET_RECEIVED)
    return ECONNREFUSED;
  __u32 error = objection(sk);
  if (error)
    return error;
  return by_program ? ECANCELED : ETIMEDOUT;
}

static __noinline void on_failed(struct socket_state *state, struct sock *sk, struct tcp_sock *tcp, __u8 program)
{
  struct network_flow *flow = &state->flow;
  bool sent = tcp->segs_out;
  if (sk->__sk_common.skc_dport) {
    set_tuple(flow, sk, tcp);
    /* Before the first segment the sequence numbers are those of an earlier connection, if any. */
    if (sent)
      measure(state, sk, tcp, true);
  } else {
    /* The kernel has disconnected the socket meanwhile, which it does after an error and which sets all numbers back. */
    flow->local_port = bpf_ntohs(tcp->inet_conn.icsk_inet.inet_sport);
  }
  if (!flow->error)
    flow->error = sk->sk_err;
  if (!flow->error)
    flow->error = reason_of(state, sk, sent, program);
  finish(state, program, NETWORK_FAILED);
}

static __always_inline int on_closed(struct sock *sk, int old)
{
  struct socket_state *state = state_of(sk);
  if (!state || state->done)
    return 0;
  struct network_flow *flow = &state->flow;
  if (old == TCP_LISTEN) {
    tell(flow, NETWORK_LISTENER, NETWORK_ON_STATE, NETWORK_CLOSED);
    return 0;
  }
  if (!flow->error)
    flow->error = sk->sk_err;
  /* Whose program has let go of it has its last numbers taken at its end, which follows. */
  bool connecting = old == TCP_SYN_SENT || (old == TCP_SYN_RECV && flow->role == NETWORK_CLIENT);
  struct tcp_sock *tcp;
  if ((!connecting && sk->__sk_common.skc_flags & 1 << SOCK_DEAD) || !(tcp = bpf_skc_to_tcp_sock(sk))) {
    flow->state = old;
    return 0;
  }
  flow->state = old;
  if (connecting)
    on_failed(state, sk, tcp, NETWORK_ON_STATE);
  else /* The program may still read, or disconnect, which forgets everything. */
    measure(state, sk, tcp, true);
  return 0;
}

/* Segments and timers that are worked on in an interrupt, while this runs for another socket of the same processor, find it busy: the
 * kernel leaves it out for their changes, and as many connections may wait for the same moment, for hundreds at once. A kernel that
 * shields some of its processes even leaves all programs out in interrupts over those. The programs at errors and at the end, which
 * run for each socket too, make up for it. */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(on_state, struct sock *sk, int old, int new)
{
  if (sk->sk_protocol != IPPROTO_TCP)
    return 0;
  struct socket_state *state;
  switch (new) {
  case TCP_SYN_SENT:
    return on_connecting(sk);
  case TCP_ESTABLISHED:
    return on_established(sk);
  case TCP_LISTEN:
    return on_listening(sk);
  case TCP_CLOSE:
    return on_closed(sk, old);
  case TCP_SYN_RECV:
    /* A child that has just been made of its listening socket. */
    if (old != TCP_LISTEN || !(state = state_of(sk)))
      return 0;
    begin(state, sk, NETWORK_SERVER);
    state->flow.flags = NETWORK_OWNER_GUESSED;
    return 0;
  case TCP_FIN_WAIT1:
  case TCP_LAST_ACK:
    if ((state = state_of(sk)))
      state->fin = 1;
    return 0;
  }
  return 0;
}

/* Whether it is one that, as far as is known, has not come about nor failed. */
static __always_inline bool is_connecting(struct socket_state *state)
{
  return state->flow.role == NETWORK_CLIENT && state->flow.state == TCP_SYN_SENT && !state->flow.established && !state->done;
}

/* Whether it is a connection, also where the changes that made it one were missed. */
static __always_inline bool has_come_about(struct socket_state *state, struct sock *sk, struct tcp_sock *tcp)
{
  struct network_flow *flow = &state->flow;
  if (flow->established)
    return true;
  if (!tcp->bytes_acked && !tcp->bytes_received)
    return false;
  if (flow->role != NETWORK_CLIENT && flow->role != NETWORK_SERVER) {
    begin(state, sk, NETWORK_SERVER);
    flow->flags = NETWORK_OWNER_GUESSED;
  }
  flow->established = flow->opened;
  set_tuple(flow, sk, 0);
  return true;
}

SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(on_destroy, struct sock *sk)
{
  struct socket_state *state = state_of(sk);
  struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);
  if (!state || !tcp || state->done)
    return 0;
  if (!has_come_about(state, sk, tcp)) {
    if (is_connecting(state))
      on_failed(state, sk, tcp, NETWORK_ON_DESTROY);
    return 0;
  }
  /* After a disconnection what was kept at its beginning holds. */
  if (sk->__sk_common.skc_dport)
    measure(state, sk, tcp, true);
  finish(state, NETWORK_ON_DESTROY, NETWORK_ENDED);
  return 0;
}

/* A process uses a stream that it did not use last, as far as is known. */
static __noinline int on_other_user(struct sock *sk, int bytes, __u8 program)
{
  struct socket_state *state = state_of(sk);
  __u32 pid = bpf_get_current_pid_tgid() >> 32;
  if (!state || state->flow.head.pid != pid) {
    /* Other families have protocols of this number, but nothing kept with their sockets. */
    struct tcp_sock *tcp = is_internet(sk) ? bpf_skc_to_tcp_sock(sk) : 0;
    if (!tcp)
      return 0;
    if (!state) {
      state = make_state(sk, program);
      if (!state)
        return 0;
      adopt(state, sk, tcp);
      set_owner(&state->flow, bpf_get_current_task_btf());
      set_reported(&state->flow);
      if (program == NETWORK_ON_SEND)
        state->flow.sent_reported = before(state->flow.sent, 0, bytes);
      else
        state->flow.received_reported = before(state->flow.received, 0, bytes);
    } else {
      change_owner(state, sk, tcp, bytes, program);
    }
  }
  state->flow.flags &= ~NETWORK_OWNER_GUESSED;
  *stream_user(state->flow.cookie) = state->flow.cookie << 22 | pid;
  return 0;
}

static __always_inline int on_stream(struct sock *sk, int bytes, __u8 program)
{
  if (bytes <= 0)
    return 0;
  __u64 cookie = sk->__sk_common.skc_cookie.counter;
  if (*stream_user(cookie) == (cookie << 22 | bpf_get_current_pid_tgid() >> 32))
    return 0;
  return on_other_user(sk, bytes, program);
}

static __always_inline int on_transfer(struct sock *sk, int bytes, int flags, __u8 program)
{
  __u16 protocol = sk->sk_protocol;
  if (protocol == IPPROTO_TCP)
    return flags & (MSG_PEEK | MSG_ERRQUEUE) ? 0 : on_stream(sk, bytes, program);
  if (protocol == IPPROTO_UDP && datagrams && is_internet(sk))
    return on_datagram(sk, bytes, flags, program == NETWORK_ON_SEND, program);
  return 0;
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(on_send, struct sock *sk, int bytes)
{
  return on_transfer(sk, bytes, 0, NETWORK_ON_SEND);
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(on_receive, struct sock *sk, int bytes, int flags)
{
  return on_transfer(sk, bytes, flags, NETWORK_ON_RECEIVE);
}

SEC("tp_btf/tcp_retransmit_skb")
int BPF_PROG(on_retransmit, struct sock *sk)
{
  struct socket_state *state = state_of(sk);
  struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);
  if (!tcp)
    return 0;
  __u64 segments = 1;
  if (state) {
    /* One call may be for several segments, which the kernel has already counted. */
    segments = tcp->total_retrans - state->flow.retransmits;
    state->flow.retransmits = tcp->total_retrans;
  }
  add_count(&network_counts, NETWORK_RETRANSMITTED, segments);
  return 0;
}

SEC("tp_btf/tcp_retransmit_synack")
int BPF_PROG(on_retransmit_synack)
{
  add_count(&network_counts, NETWORK_RETRANSMITTED_SYNACK, 1);
  return 0;
}

/* `sk` is null where a segment came for no socket. */
static __always_inline void on_reset_sent(struct sock *sk, __u32 reason)
{
  add_count(&sent_resets, reason < NETWORK_RESET_REASONS ? reason : NETWORK_RESET_REASONS - 1, 1);
  if (!sk)
    return;
  __u8 now = sk->__sk_common.skc_state;
  /* Not a full socket: a connection that waits for its last segments, or one that is not yet one. */
  if (now == TCP_TIME_WAIT || now >= 12 || now == TCP_LISTEN)
    return;
  struct socket_state *state = state_of(sk);
  if (state)
    state->flow.flags |= NETWORK_RESET_SENT;
}

SEC("tp_btf/tcp_send_reset")
int BPF_PROG(on_send_reset, struct sock *sk, struct sk_buff *skb, __u32 reason)
{
  on_reset_sent(sk, reason);
  return 0;
}

/* Before Linux 6.10 no reason is given. */
SEC("tp_btf/tcp_send_reset")
int BPF_PROG(on_send_reset_without_reason, struct sock *sk)
{
  on_reset_sent(sk, 0);
  return 0;
}

SEC("tp_btf/tcp_receive_reset")
int BPF_PROG(on_receive_reset, struct sock *sk)
{
  add_count(&network_counts, NETWORK_RESETS_RECEIVED, 1);
  struct socket_state *state = state_of(sk);
  if (state)
    state->flow.flags |= NETWORK_RESET_RECEIVED;
  return 0;
}

/* An error has been put on the socket, where it stays only until the program asks for it. */
SEC("tp_btf/inet_sk_error_report")
int BPF_PROG(on_error, struct sock *sk)
{
  __u16 protocol = sk->sk_protocol;
  if (!is_internet(sk) || (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP))
    return 0;
  /* The answer to a first datagram may be here before the call that sends it is over. */
  struct socket_state *state = protocol == IPPROTO_UDP && datagrams ? make_state(sk, NETWORK_ON_ERROR) : state_of(sk);
  if (!state)
    return 0;
  if (!state->flow.error)
    state->flow.error = sk->sk_err;
  struct tcp_sock *tcp;
  if (sk->__sk_common.skc_state == TCP_CLOSE && is_connecting(state) && (tcp = bpf_skc_to_tcp_sock(sk)))
    on_failed(state, sk, tcp, NETWORK_ON_ERROR);
  return 0;
}

SEC("tp_btf/kfree_skb")
int BPF_PROG(on_drop, struct sk_buff *skb, void *location, __u32 reason)
{
  __be16 protocol = skb->protocol;
  if (protocol != bpf_htons(0x0800) && protocol != bpf_htons(0x86dd))
    return 0;
  add_count(&dropped_packets, reason < NETWORK_DROP_REASONS ? reason : NETWORK_DROP_REASONS - 1, 1);
  return 0;
}

static __always_inline void note_peer(struct bpf_sock_addr *call, bool sending, __u64 high, __u64 low)
{
  struct bpf_sock *sk = call->sk;
  if (!sk || !datagrams)
    return;
  struct socket_state *state = bpf_sk_storage_get(&sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
  if (!state)
    return;
  struct pending_peer *pending = sending ? &state->to : &state->from;
  pending->remote[0] = high;
  pending->remote[1] = low;
  pending->port = bpf_ntohs((__u16)call->user_port);
  pending->tid = bpf_get_current_pid_tgid();
}

static __always_inline void note_ipv4(struct bpf_sock_addr *call, bool sending)
{
  note_peer(call, sending, 0, IPV4_MAPPED | (__u64)call->user_ip4 << 32);
}

static __always_inline void note_ipv6(struct bpf_sock_addr *call, bool sending)
{
  __u32 a = call->user_ip6[0], b = call->user_ip6[1], c = call->user_ip6[2], d = call->user_ip6[3];
  note_peer(call, sending, a | (__u64)b << 32, c | (__u64)d << 32);
}

SEC("cgroup/sendmsg4")
int on_send_to_ipv4(struct bpf_sock_addr *call)
{
  note_ipv4(call, true);
  return 1;
}

SEC("cgroup/sendmsg6")
int on_send_to_ipv6(struct bpf_sock_addr *call)
{
  note_ipv6(call, true);
  return 1;
}

SEC("cgroup/recvmsg4")
int on_receive_from_ipv4(struct bpf_sock_addr *call)
{
  note_ipv4(call, false);
  return 1;
}

SEC("cgroup/recvmsg6")
int on_receive_from_ipv6(struct bpf_sock_addr *call)
{
  note_ipv6(call, false);
  return 1;
}

/* A program has closed a socket: the last word on its datagrams, but for those of further peers, which are in the map. */
SEC("cgroup/sock_release")
int on_release(struct bpf_sock *sk)
{
  if (sk->protocol != IPPROTO_UDP)
    return 1;
  struct socket_state *state = bpf_sk_storage_get(&sockets, sk, 0, 0);
  if (!state || state->done || !state->flow.opened)
    return 1;
  state->done = 1;
  struct network_flow *flow = &state->flow;
  if (flow->sent_messages != flow->sent_messages_reported || flow->received_messages != flow->received_messages_reported ||
      flow->error)
    tell(flow, NETWORK_FLOW, NETWORK_ON_RELEASE, NETWORK_ENDED);
  return 1;
}

/* Hands `flow` to the collector that reads the iterator; false where its buffer is full and this socket comes again. */
static __always_inline bool show(struct seq_file *seq, struct network_flow *flow, __u16 type, __u8 cause)
{
  if (!loopback && is_loopback(flow->remote))
    return true;
  prepare_record(flow, type, NETWORK_LIST_SOCKETS, cause);
  return bpf_seq_write(seq, flow, sizeof(*flow)) == 0;
}

static __always_inline struct socket_state *list_new(struct sock *sk, struct task_struct *task, struct tcp_sock *tcp)
{
  struct socket_state *state = make_state(sk, NETWORK_LIST_SOCKETS);
  if (!state)
    return 0;
  if (tcp)
    adopt(state, sk, tcp);
  set_owner(&state->flow, task);
  set_reported(&state->flow);
  return state;
}

static __always_inline void count_state(__u32 key)
{
  __u64 *count = bpf_map_lookup_elem(&socket_states, &key);
  if (count)
    (*count)++;
}

static __always_inline void list_connection(struct seq_file *seq, struct socket_state *state, struct sock *sk,
                                            struct tcp_sock *tcp, struct network_scan *scan, bool fresh)
{
  struct network_flow *flow = &state->flow;
  __u64 now = bpf_ktime_get_boot_ns();
  if (state->done || !has_come_about(state, sk, tcp) || (!fresh && now - state->told < scan->period))
    return;
  if (sk->__sk_common.skc_dport) {
    measure(state, sk, tcp, false);
    flow->state = sk->__sk_common.skc_state;
  }
  if (!show(seq, flow, NETWORK_FLOW, fresh ? NETWORK_EXISTING : NETWORK_PERIODIC)) {
    state->scan = 0;
    return;
  }
  state->told = now;
  set_reported(flow);
}

static __always_inline void list_datagrams(struct seq_file *seq, struct socket_state *state, struct network_scan *scan)
{
  struct network_flow *flow = &state->flow;
  __u64 now = bpf_ktime_get_boot_ns();
  bool used = flow->sent_messages != flow->sent_messages_reported || flow->received_messages != flow->received_messages_reported;
  if (state->done || !used || now - state->told < scan->period)
    return;
  if (!show(seq, flow, NETWORK_FLOW, NETWORK_PERIODIC)) {
    state->scan = 0;
    return;
  }
  state->told = now;
  set_reported(flow);
}

/* Every socket that a process holds, whichever network namespace it is in. */
SEC("iter/task_file")
int list_sockets(struct bpf_iter__task_file *ctx)
{
  struct task_struct *task = ctx->task;
  struct file *file = ctx->file;
  struct seq_file *seq = ctx->meta->seq;
  __u32 zero = 0;
  struct network_scan *scan = bpf_map_lookup_elem(&network_scans, &zero);
  if (!task || !file || !scan)
    return 0;
  struct socket *socket = bpf_sock_from_file(file);
  if (!socket)
    return 0;
  struct sock *sk = socket->sk;
  if (!sk || !is_internet(sk))
    return 0;
  __u16 protocol = sk->sk_protocol;
  if (protocol != IPPROTO_TCP && !(protocol == IPPROTO_UDP && datagrams))
    return 0;
  struct tcp_sock *tcp = protocol == IPPROTO_TCP ? bpf_skc_to_tcp_sock(sk) : 0;
  if (protocol == IPPROTO_TCP && !tcp)
    return 0;
  struct socket_state *state = state_of(sk);
  bool fresh = !state;
  if (fresh && !tcp) {
    count_state(0);
    return 0;
  }
  if (fresh)
    state = list_new(sk, task, tcp);
  if (!state || state->scan == scan->number)
    return 0;
  if (!state->flow.head.pid)
    set_owner(&state->flow, task);
  state->scan = scan->number;
  if (!tcp) {
    count_state(0);
    list_datagrams(seq, state, scan);
    return 0;
  }
  __u32 now = sk->__sk_common.skc_state;
  count_state(now & (NETWORK_STATES - 1));
  if (now == TCP_LISTEN) {
    state->flow.backlog = sk->sk_ack_backlog;
    if (!show(seq, &state->flow, NETWORK_LISTENER, NETWORK_EXISTING))
      state->scan = 0;
  } else {
    list_connection(seq, state, sk, tcp, scan, fresh);
  }
  return 0;
}
