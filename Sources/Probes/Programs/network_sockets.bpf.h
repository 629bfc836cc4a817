#pragma once

/* What is known of a socket, kept with it in the form of the record that is made of it, and how a record is filled and handed over. */

#include "kernel.bpf.h"

#include <bpf/bpf_endian.h>
#include <stdbool.h>

#include "NetworkEvents.h"
#include "maps.bpf.h"

#define AF_INET 2
#define AF_INET6 10
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define MSG_PEEK 0x2
#define MSG_ERRQUEUE 0x2000
#define EADDRNOTAVAIL 99
#define ETIMEDOUT 110
#define ECONNREFUSED 111
#define ECANCELED 125
#define SO_EE_ORIGIN_ICMP 2
#define SO_EE_ORIGIN_ICMP6 3
#define SOCK_DEAD 0
#define SOCK_DONE 1
#define IPV4_MAPPED 0xffff0000ull /* the words' first half of ::ffff:0:0, low word */

enum {
  TCP_ESTABLISHED = 1,
  TCP_SYN_SENT,
  TCP_SYN_RECV,
  TCP_FIN_WAIT1,
  TCP_FIN_WAIT2,
  TCP_TIME_WAIT,
  TCP_CLOSE,
  TCP_CLOSE_WAIT,
  TCP_LAST_ACK,
  TCP_LISTEN,
  TCP_CLOSING,
};

/* Connections with this machine itself are told of. */
const volatile bool loopback = true;

/* UDP is followed. */
const volatile bool datagrams = true;

/* The end of a UDP socket is seen, so that its first peer may be kept with the socket; otherwise every peer is in the map, from
 * which the collector takes those that have become quiet. */
const volatile bool release_seen = true;

struct pending_peer {
  __u64 remote[2];
  __u32 port;
  __u32 tid; /* zero: nothing is pending */
};

struct socket_state {
  struct network_flow flow;
  struct pending_peer to;   /* the datagram that a thread is about to send or has just received */
  struct pending_peer from;
  __u64 scan;
  __u64 told;         /* when the last record was made */
  __u8 syn;           /* the kernel's counters have one byte too many for the SYN */
  __u8 fin;           /* and for the FIN */
  __u8 done;          /* the last record has been made */
  __u8 changes;       /* of owner */
  __u32 zero;
};

/* A child of a listening socket begins with a copy of what is kept with its parent, and so with its owner. */
struct {
  __uint(type, BPF_MAP_TYPE_SK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
  __type(key, int);
  __type(value, struct socket_state);
} sockets SEC(".maps");

/* Never evicted from: a datagram that finds no room is counted with its socket under no peer, so that no byte is lost. */
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __uint(max_entries, 16384);
  __type(key, struct network_peer);
  __type(value, struct network_flow);
} datagram_flows SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, NETWORK_COUNTS);
  __type(key, __u32);
  __type(value, __u64);
} network_counts SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, NETWORK_RESET_REASONS);
  __type(key, __u32);
  __type(value, __u64);
} sent_resets SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, NETWORK_DROP_REASONS);
  __type(key, __u32);
  __type(value, __u64);
} dropped_packets SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, NETWORK_STATES);
  __type(key, __u32);
  __type(value, __u64);
} socket_states SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct network_scan);
} network_scans SEC(".maps");

static __always_inline void add_count(void *map, __u32 key, __u64 number)
{
  __u64 *count = bpf_map_lookup_elem(map, &key);
  if (count)
    *count += number;
}

static __always_inline bool is_internet(struct sock *sk)
{
  __u16 family = sk->__sk_common.skc_family;
  return family == AF_INET || family == AF_INET6;
}

/* Which process used a stream last, of those used last: what a socket's own storage knows too, but here the way there is one load.
 * A socket's cookie is never given again, and no process number has more than 22 bits. */
#define STREAM_USERS 8192
__u64 stream_users[STREAM_USERS];

static __always_inline __u64 *stream_user(__u64 cookie)
{
  return &stream_users[cookie & (STREAM_USERS - 1)];
}

/* Makes `task`'s process the owner. */
static __noinline void set_owner(struct network_flow *flow, struct task_struct *task)
{
  fill_owner(&flow->head, task);
  fill_name(flow->name, task->group_leader);
  *stream_user(flow->cookie) = 0;
}

static __always_inline void set_ipv4(__u64 *words, __be32 address)
{
  words[0] = 0;
  words[1] = IPV4_MAPPED | (__u64)address << 32;
}

static __always_inline void set_ipv6(__u64 *words, struct in6_addr *address)
{
  words[0] = address->in6_u.u6_addr32[0] | (__u64)address->in6_u.u6_addr32[1] << 32;
  words[1] = address->in6_u.u6_addr32[2] | (__u64)address->in6_u.u6_addr32[3] << 32;
}

static __always_inline void set_local(struct network_flow *flow, struct sock *sk)
{
  flow->family = sk->__sk_common.skc_family;
  flow->netns = sk->__sk_common.skc_net.net->ns.inum;
  flow->local_port = sk->__sk_common.skc_num;
  if (flow->family == AF_INET)
    set_ipv4(flow->local, sk->__sk_common.skc_rcv_saddr);
  else
    set_ipv6(flow->local, &sk->__sk_common.skc_v6_rcv_saddr);
}

static __always_inline void set_remote(struct network_flow *flow, struct sock *sk)
{
  flow->remote_port = bpf_ntohs(sk->__sk_common.skc_dport);
  if (flow->family == AF_INET)
    set_ipv4(flow->remote, sk->__sk_common.skc_daddr);
  else
    set_ipv6(flow->remote, &sk->__sk_common.skc_v6_daddr);
}

static __always_inline bool is_loopback(__u64 *words)
{
  if (words[0])
    return false;
  if ((__u32)words[1] == IPV4_MAPPED)
    return (__u8)(words[1] >> 32) == 127;
  return words[1] == 1ull << 56;
}

/* Between these, loads stay in order. */
#define ordered() asm volatile("" ::: "memory")

/* Bytes written are those acknowledged and those still queued. SYN and FIN each take a place among them. */
static __always_inline __s64 written(struct socket_state *state, struct tcp_sock *tcp)
{
  __u64 acknowledged = tcp->bytes_acked;
  ordered();
  __u32 first = tcp->snd_una;
  ordered();
  return acknowledged + (__u32)(tcp->write_seq - first) - state->syn - state->fin;
}

/* Bytes read are those that arrived in order without those still queued; a FIN that was read is one of them. */
static __always_inline __s64 consumed(struct sock *sk, struct tcp_sock *tcp)
{
  __u64 arrived = tcp->bytes_received;
  ordered();
  __u32 end = tcp->rcv_nxt;
  ordered();
  __u32 next = tcp->copied_seq;
  ordered();
  bool ended = sk->__sk_common.skc_flags & 1 << SOCK_DONE;
  return arrived + (__s32)(next - end) - (ended && next == end);
}

/* What the kernel has counted on the connection. Where the socket is not `locked`, another CPU may change it meanwhile: the order of
 * the loads makes a sum too small then, never too large, and a later one makes up for it. The last one is always locked. */
static __noinline void measure(struct socket_state *state, struct sock *sk, struct tcp_sock *tcp, bool locked)
{
  struct network_flow *flow = &state->flow;
  __s64 sent = written(state, tcp), received = consumed(sk, tcp);
  if (sent > (__s64)(locked ? flow->sent_reported : flow->sent))
    flow->sent = sent;
  if (received > (__s64)(locked ? flow->received_reported : flow->received))
    flow->received = received;
  flow->rtt = tcp->srtt_us >> 3;
  flow->rtt_variation = tcp->mdev_us >> 2;
  __u32 least = tcp->rtt_min.s[0].v;
  flow->rtt_min = least == ~0u ? 0 : least;
  flow->retransmits = tcp->total_retrans;
  flow->lost = tcp->lost;
  flow->segments_sent = tcp->segs_out;
  flow->segments_received = tcp->segs_in;
}

static __noinline void set_tuple(struct network_flow *flow, struct sock *sk, struct tcp_sock *tcp)
{
  set_local(flow, sk);
  set_remote(flow, sk);
  /* A socket that has let go of its port still knows which one it was. */
  if (tcp)
    flow->local_port = bpf_ntohs(tcp->inet_conn.icsk_inet.inet_sport);
}

/* Begins anew, under the same owner. */
static __noinline void begin(struct socket_state *state, struct sock *sk, __u8 role)
{
  struct network_flow *flow = &state->flow;
  __builtin_memset(&flow->opened, 0, offsetof(struct network_flow, name) - offsetof(struct network_flow, opened));
  __builtin_memset(&state->to, 0, sizeof(*state) - offsetof(struct socket_state, to));
  flow->cookie = bpf_get_socket_cookie(sk);
  flow->opened = bpf_ktime_get_boot_ns();
  flow->protocol = sk->sk_protocol;
  flow->role = role;
  state->told = flow->opened;
}

/* What earlier records said is from now on what the flow's numbers say. */
static __always_inline void set_reported(struct network_flow *flow)
{
  flow->sent_reported = flow->sent;
  flow->received_reported = flow->received;
  flow->sent_messages_reported = flow->sent_messages;
  flow->received_messages_reported = flow->received_messages;
  flow->retransmits_reported = flow->retransmits;
  flow->segments_sent_reported = flow->segments_sent;
  flow->segments_received_reported = flow->segments_received;
  flow->records++;
}

static __always_inline void prepare_record(struct network_flow *flow, __u16 type, __u8 program, __u8 cause)
{
  stamp_head(&flow->head, type, program, sizeof(*flow));
  flow->head.flags = flow->flags & NETWORK_OLDER ? PROBE_SNAPSHOT : 0;
  flow->cause = cause;
}

/* Makes the record. One that is lost is counted, and as its numbers then have not been reported a later one brings them. */
static __noinline void tell(struct network_flow *flow, __u16 type, __u8 program, __u8 cause)
{
  if (!loopback && is_loopback(flow->remote))
    return;
  prepare_record(flow, type, program, cause);
  count_outcome(program, PROBE_PRODUCED);
  if (bpf_ringbuf_output(&bulk_ring, flow, sizeof(*flow), ring_flags(&bulk_ring)))
    count_outcome(program, PROBE_RING_FULL);
  else
    set_reported(flow);
}

static __always_inline struct socket_state *state_of(struct sock *sk)
{
  return bpf_sk_storage_get(&sockets, sk, 0, 0);
}

static __always_inline struct socket_state *make_state(struct sock *sk, __u32 program)
{
  struct socket_state *state = bpf_sk_storage_get(&sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
  if (!state)
    count_outcome(program, PROBE_MAP_FULL);
  return state;
}

/* `total` without the `bytes` that the new owner has just added. */
static __always_inline __u64 before(__u64 total, __u64 reported, int bytes)
{
  return total - reported > (__u64)bytes ? total - bytes : reported;
}

/* Another process than the owner has sent or received `bytes`: it becomes the owner, and what was before remains the former's. What
 * nobody has used yet has no former owner. */
static __noinline void change_owner(struct socket_state *state, struct sock *sk, struct tcp_sock *tcp, int bytes, __u8 program)
{
  struct network_flow *flow = &state->flow;
  if (flow->flags & NETWORK_OWNERS_MANY)
    return;
  if (flow->head.pid && !(flow->flags & NETWORK_OWNER_GUESSED)) {
    if (tcp) {
      measure(state, sk, tcp, false);
      if (program == NETWORK_ON_SEND)
        flow->sent = before(flow->sent, flow->sent_reported, bytes);
      else
        flow->received = before(flow->received, flow->received_reported, bytes);
    }
    if (flow->sent != flow->sent_reported || flow->received != flow->received_reported) {
      tell(flow, NETWORK_FLOW, program, NETWORK_OWNER_CHANGED);
      if (++state->changes == NETWORK_OWNER_CHANGES)
        flow->flags |= NETWORK_OWNERS_MANY;
    }
  }
  set_owner(flow, bpf_get_current_task_btf());
}
