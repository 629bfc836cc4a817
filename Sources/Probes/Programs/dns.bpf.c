/* DNS messages of this host's sockets, as they pass the root of the unified control group hierarchy.
 *
 * Every packet of every socket comes by here, so the port is read straight from the packet before anything else is looked at.
 *
 * Who asked: a UDP packet reaches the egress hook inside the sender's own system call, so the current task is the sender. A
 * TCP segment may as well be sent by a softirq (a retransmission, a window that opens), where the current task is anyone; but
 * the connection's first SYN leaves inside connect(). Its sender is kept by the socket's cookie, and later SYNs, which a timer
 * sends, do not replace it. Answers arrive in softirqs and name no process: they belong to the query of the same socket.
 * Packets that are forwarded have no socket and do not come by here. */

#include "maps.bpf.h"

#include "DNSEvents.h"

#include <stdbool.h>

#include <bpf/bpf_endian.h>

#define DNS_PORT 53
#define MULTICAST_DNS_PORT 5353
#define DNS_HEADER_SIZE 12
#define EXTENSION_HEADER_LIMIT 6
/* Messages that are taken of one segment of a stream. */
#define SEGMENT_MESSAGE_LIMIT 4
#define TCP_SYN 0x02
#define TCP_ACK 0x10

enum { ENOMEM = 12 };

enum { IP_TCP = 6, IP_UDP = 17 };

/* Whether port 5353 is looked at too. */
const volatile bool multicast = false;

/* Who opened a connection. And for each direction, where a length was alone at the end of a segment: the number of the byte behind
 * it in the stream, and what it says. */
struct dns_owner {
  struct probe_head head;
  char comm[16];
  __u32 next[2];
  __u16 length[2];
};

struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 4096);
  __type(key, __u64);
  __type(value, struct dns_owner);
} dns_connections SEC(".maps");

/* Where a packet's parts are, from its network header on, and between whom it goes. */
struct packet_layout {
  __u64 source[2]; /* an IPv4 address is the first four bytes */
  __u64 destination[2];
  __u32 transport_offset;
  __u8 family;
  __u8 transport;
};

static __always_inline bool find_transport4(void *data, void *end, struct packet_layout *layout)
{
  __u8 *ip = data;
  if (data + 20 > end)
    return false;
  /* Only the first fragment has ports. */
  if (ip[6] & 0x1f || ip[7])
    return false;
  layout->family = 4;
  layout->transport = ip[9];
  layout->transport_offset = (ip[0] & 0x0f) * 4;
  layout->source[0] = *(__u32 *)(ip + 12);
  layout->destination[0] = *(__u32 *)(ip + 16);
  return true;
}

static __always_inline bool find_transport6(void *data, void *end, struct packet_layout *layout)
{
  __u8 *ip = data;
  if (data + 40 > end)
    return false;
  __u8 next = ip[6];
  __u32 offset = 40;
  for (int i = 0; i < EXTENSION_HEADER_LIMIT && next != IP_UDP && next != IP_TCP; i++) {
    __u8 *extension = data + offset;
    if ((void *)(extension + 8) > end)
      return false;
    switch (next) {
    case 0:  /* hop by hop */
    case 43: /* routing */
    case 60: /* destination */
      offset += (extension[1] + 1) * 8;
      break;
    case 51: /* authentication */
      offset += (extension[1] + 2) * 4;
      break;
    case 44: /* fragment: only the first one has ports */
      if (extension[2] || extension[3] & 0xf8)
        return false;
      offset += 8;
      break;
    default:
      return false;
    }
    next = extension[0];
  }
  layout->family = 6;
  layout->transport = next;
  layout->transport_offset = offset;
  __builtin_memcpy(layout->source, ip + 8, 16);
  __builtin_memcpy(layout->destination, ip + 24, 16);
  return true;
}

static __always_inline bool is_dns_port(__be16 port)
{
  return port == bpf_htons(DNS_PORT) || (multicast && port == bpf_htons(MULTICAST_DNS_PORT));
}

/* Whether what starts with these bytes is a query that goes out or an answer that comes in, and has one question at most. */
static __always_inline bool is_dns_message(const __u8 *header, bool answer)
{
  return (header[2] & 0xf8) == (answer ? 0x80 : 0) && header[4] == 0 && header[5] <= 1;
}

/* The sender of a connection's first SYN. */
static __always_inline void keep_owner(__u64 cookie)
{
  struct dns_owner owner;
  __builtin_memset(&owner, 0, sizeof(owner));
  struct task_struct *task = bpf_get_current_task_btf();
  fill_owner(&owner.head, task);
  fill_name(owner.comm, task);
  if (bpf_map_update_elem(&dns_connections, &cookie, &owner, BPF_NOEXIST) == -ENOMEM)
    count_outcome_atomically(DNS_ON_EGRESS, PROBE_MAP_FULL);
}

static __always_inline void fill_asker(struct dns_record *record, __u8 transport, bool answer)
{
  struct probe_head *head = &record->head;
  if (!answer && transport == IP_UDP) {
    struct task_struct *task = bpf_get_current_task_btf();
    head->flags = 0;
    fill_owner(head, task);
    fill_name(record->comm, task);
    return;
  }
  struct dns_owner *owner = answer ? 0 : bpf_map_lookup_elem(&dns_connections, &record->cookie);
  if (owner) {
    *head = owner->head;
    __builtin_memcpy(record->comm, owner->comm, sizeof(record->comm));
    return;
  }
  __builtin_memset(head, 0, sizeof(*head));
  __builtin_memset(record->comm, 0, sizeof(record->comm));
  if (!answer) {
    /* The connection is older than this program. */
    head->flags = PROBE_PARTIAL;
    count_outcome_atomically(DNS_ON_EGRESS, PROBE_READ_FAULT);
  }
}

/* A message and where it is. */
struct message_place {
  struct packet_layout layout;
  __u32 offset;
  __u32 length;
  __u32 captured;
  __u16 source_port;
  __u16 destination_port;
};

/* `room` is a constant: the ring gives room only in sizes that are known when the program is loaded. */
static __always_inline void send_message(struct __sk_buff *skb, const struct message_place *place, bool answer, const __u32 room)
{
  const __u32 program = answer ? DNS_ON_INGRESS : DNS_ON_EGRESS;
  const __u32 size = sizeof(struct dns_record) + room;
  count_outcome_atomically(program, PROBE_PRODUCED);
  struct dns_record *record = bpf_ringbuf_reserve(&bulk_ring, size, 0);
  if (!record) {
    count_outcome_atomically(program, PROBE_RING_FULL);
    return;
  }
  record->cookie = bpf_get_socket_cookie(skb);
  record->family = place->layout.family;
  record->transport = place->layout.transport;
  record->answer = answer;
  record->reserved = 0;
  __builtin_memcpy(record->local, answer ? place->layout.destination : place->layout.source, 16);
  __builtin_memcpy(record->remote, answer ? place->layout.source : place->layout.destination, 16);
  record->local_port = answer ? place->destination_port : place->source_port;
  record->remote_port = answer ? place->source_port : place->destination_port;
  record->length = place->length;
  fill_asker(record, place->layout.transport, answer);
  stamp_head(&record->head, DNS_MESSAGE, program, size);

  /* What the barrier hides the compiler would take for known and drop the test that the verifier needs. */
  __u32 captured = place->captured;
  asm volatile("" : "+r"(captured));
  if (captured < DNS_HEADER_SIZE || captured > room || bpf_skb_load_bytes(skb, place->offset, record->message, captured)) {
    captured = 0;
    record->head.flags |= PROBE_PARTIAL;
    count_outcome_atomically(program, PROBE_READ_FAULT);
  } else if (captured < place->length) {
    record->head.flags |= PROBE_TRUNCATED;
    count_outcome_atomically(program, PROBE_CUT);
  }
  record->captured = captured;
  bpf_ringbuf_submit(record, ring_flags(&bulk_ring));
}

static __always_inline void take_message(struct __sk_buff *skb, struct message_place *place, bool answer)
{
  place->captured = place->length;
  if (place->offset + place->captured > skb->len)
    place->captured = skb->len - place->offset;
  if (place->captured > DNS_MESSAGE_LIMIT)
    place->captured = DNS_MESSAGE_LIMIT;
  if (place->captured <= 88)
    send_message(skb, place, answer, 88);
  else if (place->captured <= 216)
    send_message(skb, place, answer, 216);
  else
    send_message(skb, place, answer, DNS_MESSAGE_LIMIT);
}

/* `udp` is where the datagram's header is, of which the verifier knows no more than that it is in the packet. */
static __always_inline void take_datagram(struct __sk_buff *skb, struct message_place *place, __u8 *udp, void *end, bool answer)
{
  place->offset = place->layout.transport_offset + 8;
  if ((void *)(udp + 8 + DNS_HEADER_SIZE) <= end) {
    if (!is_dns_message(udp + 8, answer))
      return;
  } else {
    /* A packet in several pieces. */
    __u8 header[DNS_HEADER_SIZE];
    if (bpf_skb_load_bytes(skb, place->offset, header, sizeof(header)) || !is_dns_message(header, answer))
      return;
  }
  place->length = skb->len - place->offset;
  take_message(skb, place, answer);
}

/* Of a stream the segments count that start with a message: its length and its header. Others may follow in the same segment: the
 * C library asks for both kinds of addresses at once. Who writes the length by itself sends it in a segment of its own: what it says
 * is kept with the connection until the message comes. */
static __always_inline void take_segment(struct __sk_buff *skb, struct message_place *place, const bool answer)
{
  __u8 tcp[14], header[2 + DNS_HEADER_SIZE];
  if (bpf_skb_load_bytes(skb, place->layout.transport_offset, tcp, sizeof(tcp)))
    return;
  __u64 cookie = bpf_get_socket_cookie(skb);
  if (!answer && (tcp[13] & (TCP_SYN | TCP_ACK)) == TCP_SYN) {
    keep_owner(cookie);
    return;
  }
  __u32 start = place->layout.transport_offset + (tcp[12] >> 4) * 4, offset = start;
  if (start >= skb->len)
    return;
  struct dns_owner *owner = bpf_map_lookup_elem(&dns_connections, &cookie);
  __u32 number = (__u32)tcp[4] << 24 | tcp[5] << 16 | tcp[6] << 8 | tcp[7];
  __u32 length = owner && owner->next[answer] == number ? owner->length[answer] : 0;
  /* Two bytes at the end of another message may have been taken for a length. */
  if (length && (bpf_skb_load_bytes(skb, offset, header, DNS_HEADER_SIZE) || !is_dns_message(header, answer)))
    length = 0;
  for (int i = 0; i < SEGMENT_MESSAGE_LIMIT; i++) {
    if (!length) {
      if (bpf_skb_load_bytes(skb, offset, header, sizeof(header)))
        break;
      if (!is_dns_message(header + 2, answer))
        return;
      length = header[0] << 8 | header[1];
      offset += 2;
    }
    if (length < DNS_HEADER_SIZE)
      return;
    place->offset = offset;
    place->length = length;
    take_message(skb, place, answer);
    offset += length;
    length = 0;
  }
  if (owner && offset + 2 == skb->len && !bpf_skb_load_bytes(skb, offset, header, 2)) {
    owner->next[answer] = number + (offset + 2 - start);
    owner->length[answer] = header[0] << 8 | header[1];
  }
}

/* Every packet is let through. */
static __always_inline int take_packet(struct __sk_buff *skb, const bool answer)
{
  void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
  struct message_place place = {};
  if (data + 1 > end)
    return 1;
  bool found = *(__u8 *)data >> 4 == 4 ? find_transport4(data, end, &place.layout) : find_transport6(data, end, &place.layout);
  if (!found || (place.layout.transport != IP_UDP && place.layout.transport != IP_TCP))
    return 1;
  __be16 *ports = data + place.layout.transport_offset;
  if ((void *)(ports + 2) > end || !is_dns_port(answer ? ports[0] : ports[1]))
    return 1;
  place.source_port = bpf_ntohs(ports[0]);
  place.destination_port = bpf_ntohs(ports[1]);
  if (place.layout.transport == IP_UDP)
    take_datagram(skb, &place, (__u8 *)ports, end, answer);
  else
    take_segment(skb, &place, answer);
  return 1;
}

SEC("cgroup_skb/egress")
int on_dns_egress(struct __sk_buff *skb)
{
  return take_packet(skb, false);
}

SEC("cgroup_skb/ingress")
int on_dns_ingress(struct __sk_buff *skb)
{
  return take_packet(skb, true);
}

char object_license[] SEC("license") = "Dual BSD/GPL";
