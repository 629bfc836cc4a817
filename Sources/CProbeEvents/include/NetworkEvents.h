#pragma once

/* The records of the network capability and the state that its programs share with the collector through maps. */

#include "ProbeEvents.h"

/* The programs' numbers, from PROBE_NETWORK_BASE. */
enum network_program {
  NETWORK_ON_STATE = 16,
  NETWORK_ON_DESTROY = 17,
  NETWORK_ON_SEND = 18,
  NETWORK_ON_RECEIVE = 19,
  NETWORK_ON_RETRANSMIT = 20,
  NETWORK_ON_RETRANSMIT_SYNACK = 21,
  NETWORK_ON_SEND_RESET = 22,
  NETWORK_ON_RECEIVE_RESET = 23,
  NETWORK_ON_ERROR = 24,
  NETWORK_ON_DROP = 25,
  NETWORK_LIST_SOCKETS = 26,
  NETWORK_ON_SEND_TO = 27,      /* cgroup/sendmsg4 and 6 */
  NETWORK_ON_RECEIVE_FROM = 28, /* cgroup/recvmsg4 and 6 */
  NETWORK_ON_RELEASE = 29,
};

enum network_record_type {
  NETWORK_FLOW = 16,
  NETWORK_LISTENER = 17, /* the same layout; only the head, the local side, the name and the cause say something */
};

enum network_role {
  NETWORK_ROLE_UNKNOWN = 0,
  NETWORK_CLIENT = 1,
  NETWORK_SERVER = 2,
  NETWORK_LISTENING = 3,
};

/* Why a record was made. */
enum network_cause {
  NETWORK_ENDED = 1,
  NETWORK_FAILED = 2,        /* a connection that did not come about */
  NETWORK_PERIODIC = 3,      /* it goes on */
  NETWORK_OWNER_CHANGED = 4, /* it goes on under another process; the record is of the one before */
  NETWORK_EXISTING = 5,      /* it was there before the programs */
  NETWORK_OPENED = 6,        /* a socket listens */
  NETWORK_CLOSED = 7,        /* a socket no longer listens */
};

enum network_flag {
  NETWORK_OWNER_GUESSED = 1,   /* nobody has sent or received: the owner is the listening socket's */
  NETWORK_OWNERS_MANY = 2,     /* so many changes of owner that the last one stays */
  NETWORK_RESET_RECEIVED = 4,
  NETWORK_RESET_SENT = 8,
  NETWORK_OLDER = 16,          /* the socket is older than the programs: `opened` is when it was first seen */
  NETWORK_PEER_UNKNOWN = 32,   /* datagrams whose peers were not asked for or found no room of their own */
};

/* One connection, or the datagrams between one socket and one peer. The head is the owner's and `head.time` is when the
 * record was made; numbers that grow are of the whole life so far, and `..._reported` of them were in earlier records. */
struct network_flow {
  struct probe_head head;
  __u64 cookie;            /* of the socket, for as long as the machine runs */
  __u64 opened;            /* when connecting began, the peer connected, or the first datagram passed */
  __u64 established;       /* zero: never, or not a connection */
  __u64 sent;              /* bytes that the application wrote and the kernel took */
  __u64 received;          /* bytes that the application read */
  __u64 sent_reported;
  __u64 received_reported;
  __u64 sent_messages;     /* datagrams; of connections the segments are counted */
  __u64 received_messages;
  __u64 sent_messages_reported;
  __u64 received_messages_reported;
  __u64 local[2];          /* sixteen bytes in network order; IPv4 as ::ffff:a.b.c.d */
  __u64 remote[2];
  __u32 netns;             /* the network namespace's inode */
  __u16 local_port;
  __u16 remote_port;
  __u8 protocol;           /* 6 or 17 */
  __u8 role;               /* enum network_role */
  __u8 state;              /* the kernel's TCP_... */
  __u8 cause;              /* enum network_cause */
  __u8 flags;              /* enum network_flag */
  __u8 family;             /* of the socket, AF_...; an IPv6 socket can have IPv4 peers */
  __u16 error;             /* errno of the first failure; zero: none */
  __u32 rtt;               /* smoothed, in microseconds */
  __u32 rtt_min;           /* microseconds; zero: none measured */
  __u32 rtt_variation;     /* mean deviation, in microseconds */
  __u32 retransmits;       /* segments */
  __u32 retransmits_reported;
  __u32 lost;              /* segments taken for lost */
  __u32 segments_sent;
  __u32 segments_received;
  __u32 segments_sent_reported;
  __u32 segments_received_reported;
  __u32 records;           /* earlier ones of this flow */
  __u32 backlog;           /* of a listening socket: connections that wait to be accepted */
  __u64 zero;
  char name[16];           /* the owner's */
};
_Static_assert(sizeof(struct network_flow) == 256, "a flow's record is 256 bytes");

/* A datagram peer of one socket: the key of `datagram_flows`, whose values are flows; `head.time` there is the last datagram's. */
struct network_peer {
  __u64 cookie;
  __u64 remote[2];
  __u32 remote_port;
  __u32 zero;
};
_Static_assert(sizeof(struct network_peer) == 32, "a peer is 32 bytes");

/* What the collector tells list_sockets: the only element of `network_scans`. */
struct network_scan {
  __u64 number;    /* of this scan: a socket in several processes is told of once */
  __u64 period;    /* nanoseconds after which a connection that goes on is told of again */
};

enum network_limit {
  NETWORK_STATES = 16,       /* `socket_states`: TCP's states and, at 0, UDP sockets; counted by list_sockets */
  NETWORK_RESET_REASONS = 64,
  NETWORK_DROP_REASONS = 256, /* the last one: all from there on */
  NETWORK_OWNER_CHANGES = 16, /* after so many changes of one socket's owner the last one stays */
};

/* The places in `network_counts`. */
enum network_count {
  NETWORK_RETRANSMITTED = 0,        /* segments, SYN too */
  NETWORK_RETRANSMITTED_SYNACK = 1,
  NETWORK_RESETS_RECEIVED = 2,
  NETWORK_PEERS_UNKNOWN = 3,        /* datagrams counted under no peer */
  NETWORK_PEERS_REFUSED = 4,        /* thereof because `datagram_flows` was full */
  NETWORK_COUNTS = 8,
};
