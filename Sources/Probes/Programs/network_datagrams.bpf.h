#pragma once

/* UDP: the first peer of a socket is kept with the socket, the others in a map. */

#include "network_sockets.bpf.h"

static __always_inline void count_datagram(struct network_flow *flow, int bytes, bool sending)
{
  if (sending) {
    __sync_fetch_and_add(&flow->sent, bytes);
    __sync_fetch_and_add(&flow->sent_messages, 1);
  } else {
    __sync_fetch_and_add(&flow->received, bytes);
    __sync_fetch_and_add(&flow->received_messages, 1);
  }
}

/* The flow of a peer that is not the socket's first, in the map; null where there is no room. */
static __noinline struct network_flow *flow_of_peer(struct socket_state *state, struct network_peer *peer, bool sending,
                                                         __u64 now)
{
  struct network_flow *found = bpf_map_lookup_elem(&datagram_flows, peer);
  if (found)
    return found;
  struct network_flow flow = state->flow;
  __builtin_memset(&flow.sent, 0, offsetof(struct network_flow, local) - offsetof(struct network_flow, sent));
  flow.head.type = NETWORK_FLOW;
  flow.head.size = sizeof(flow);
  flow.cookie = peer->cookie;
  flow.opened = now;
  flow.remote[0] = peer->remote[0];
  flow.remote[1] = peer->remote[1];
  flow.remote_port = peer->remote_port;
  flow.role = sending ? NETWORK_CLIENT : NETWORK_SERVER;
  flow.records = 0;
  flow.flags = 0;
  flow.error = 0;
  bpf_map_update_elem(&datagram_flows, peer, &flow, BPF_NOEXIST);
  return bpf_map_lookup_elem(&datagram_flows, peer);
}

/* Who the datagram went to or came from: the connected peer, or what a cgroup program has seen in this same call. */
static __always_inline bool find_peer(struct socket_state *state, struct sock *sk, struct network_peer *peer, bool sending)
{
  if (sk->__sk_common.skc_state == TCP_ESTABLISHED) {
    peer->remote_port = bpf_ntohs(sk->__sk_common.skc_dport);
    if (sk->__sk_common.skc_family == AF_INET)
      set_ipv4(peer->remote, sk->__sk_common.skc_daddr);
    else
      set_ipv6(peer->remote, &sk->__sk_common.skc_v6_daddr);
    return true;
  }
  struct pending_peer *pending = sending ? &state->to : &state->from;
  if (pending->tid != (__u32)bpf_get_current_pid_tgid())
    return false;
  pending->tid = 0;
  peer->remote_port = pending->port;
  peer->remote[0] = pending->remote[0];
  peer->remote[1] = pending->remote[1];
  return true;
}

static __noinline void begin_datagrams(struct socket_state *state, struct sock *sk, struct network_peer *peer, bool sending)
{
  struct network_flow *flow = &state->flow;
  struct pending_peer to = state->to, from = state->from;
  __u16 error = flow->error;
  begin(state, sk, sending ? NETWORK_CLIENT : NETWORK_SERVER);
  state->to = to;
  state->from = from;
  flow->error = error;
  set_local(flow, sk);
  set_owner(flow, bpf_get_current_task_btf());
  flow->remote[0] = peer->remote[0];
  flow->remote[1] = peer->remote[1];
  flow->remote_port = peer->remote_port;
  if (!peer->remote_port)
    flow->flags |= NETWORK_PEER_UNKNOWN;
}

static __always_inline int on_datagram(struct sock *sk, int bytes, int flags, __u8 program)
{
  bool sending = program == NETWORK_ON_SEND;
  struct socket_state *state = make_state(sk, program);
  if (!state)
    return 0;
  if (bytes < 0 || flags & (MSG_PEEK | MSG_ERRQUEUE)) {
    state->from.tid = 0;
    state->to.tid = 0;
    return 0;
  }
  struct network_flow *flow = &state->flow;
  struct network_peer peer = {};
  bool known = find_peer(state, sk, &peer, sending);
  if (!flow->opened)
    begin_datagrams(state, sk, &peer, sending);
  else if (flow->head.pid != bpf_get_current_pid_tgid() >> 32)
    change_owner(state, sk, 0, bytes, program);
  if (!known)
    add_count(&network_counts, NETWORK_PEERS_UNKNOWN, 1);
  bool first = peer.remote_port == flow->remote_port && peer.remote[1] == flow->remote[1] && peer.remote[0] == flow->remote[0];
  if (!first || !release_seen) {
    /* Only the collector asks when the last one passed, to find those that have become quiet. */
    __u64 now = bpf_ktime_get_boot_ns();
    peer.cookie = flow->cookie;
    flow = flow_of_peer(state, &peer, sending, now);
    if (!flow) {
      add_count(&network_counts, NETWORK_PEERS_REFUSED, 1);
      flow = &state->flow;
      flow->flags |= NETWORK_PEER_UNKNOWN;
    }
    flow->head.time = now;
  }
  count_datagram(flow, bytes, sending);
  return 0;
}
