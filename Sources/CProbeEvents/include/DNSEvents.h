#pragma once

/* What the DNS programs hand over: one record for each query that leaves a socket of this host and each answer that reaches one. */

#include "ProbeEvents.h"

enum dns_program {
  DNS_ON_EGRESS = PROBE_DNS_BASE,
  DNS_ON_INGRESS,
};

enum dns_record_type {
  DNS_MESSAGE = PROBE_DNS_BASE,
};

/* Of a longer message the first bytes are copied, and the record has PROBE_TRUNCATED. */
#define DNS_MESSAGE_LIMIT 512

/* On the bulk ring. The head names the process that asked; in an answer it names none: the query with the same cookie does.
 * Room for the message comes in three sizes, so `head.size` can be more than the message needs. */
struct dns_record {
  struct probe_head head;
  __u64 cookie;       /* of the socket */
  __u8 local[16];     /* an IPv4 address is the first four bytes */
  __u8 remote[16];
  __u16 local_port;   /* in the host's byte order */
  __u16 remote_port;
  __u8 family;        /* 4 or 6 */
  __u8 transport;     /* 6 or 17 */
  __u8 answer;        /* 1 where the message came in */
  __u8 reserved;
  __u32 length;       /* of the whole message */
  __u32 captured;     /* how many bytes of it follow */
  char comm[16];      /* the asker's command name */
#ifdef __bpf__
  __u8 message[];
#endif
};
_Static_assert(sizeof(struct dns_record) == 120, "the fixed part of a DNS record is 120 bytes");
