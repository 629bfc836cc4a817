/* Drops every fifth TCP segment with data that comes in on an interface. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static unsigned long seen;

SEC("xdp")
int drop_some(struct xdp_md *packet)
{
  void *end = (void *)(long)packet->data_end;
  struct ethhdr *ethernet = (void *)(long)packet->data;
  struct iphdr *ip = (void *)(ethernet + 1);
  struct tcphdr *tcp = (void *)(ip + 1);
  if ((void *)(tcp + 1) > end || ethernet->h_proto != bpf_htons(ETH_P_IP) || ip->protocol != IPPROTO_TCP)
    return XDP_PASS;
  int length = bpf_ntohs(ip->tot_len) - ip->ihl * 4 - tcp->doff * 4;
  if (length <= 0)
    return XDP_PASS;
  return ++seen % 5 == 0 ? XDP_DROP : XDP_PASS;
}
