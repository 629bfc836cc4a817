internal import CProbeEvents

extension NetworkCapability {
  /// Socket tracepoints, an iterator, and control groups' hooks for UDP; none on system calls or packets.
  var programs: [ProgramSpec] { NetworkCapability.specs }

  private static let specs: [ProgramSpec] = [
    tracepoint(
      "state", NETWORK_ON_STATE, "on_state", "inet_sock_set_state", arguments: 3, isNeeded: true,
      isMadeUpFor: true),
    tracepoint(
      "destroy", NETWORK_ON_DESTROY, "on_destroy", "tcp_destroy_sock", arguments: 1,
      isNeeded: true),
    tracepoint(
      "send", NETWORK_ON_SEND, makesRecords: false, "on_send", "sock_send_length", arguments: 3),
    tracepoint(
      "receive", NETWORK_ON_RECEIVE, makesRecords: false, "on_receive", "sock_recv_length",
      arguments: 3),
    tracepoint("retransmit", nil, "on_retransmit", "tcp_retransmit_skb"),
    tracepoint(
      "retransmit_synack", nil, "on_retransmit_synack",
      "tcp_retransmit_synack"),
    ProgramSpec(
      "send_reset",
      [
        .init(program: "on_send_reset", hook: .tracepoint("tcp_send_reset", arguments: 3)),
        .init(
          program: "on_send_reset_without_reason",
          hook: .tracepoint("tcp_send_reset", arguments: 2)),
      ]),
    tracepoint(
      "receive_reset", nil, "on_receive_reset", "tcp_receive_reset"),
    tracepoint("error", NETWORK_ON_ERROR, "on_error", "inet_sk_error_report"),
    ProgramSpec(
      "drop",
      [
        .init(program: "on_drop", hook: .tracepoint("kfree_skb", arguments: 4)),
        .init(program: "on_drop", hook: .tracepoint("kfree_skb", arguments: 3)),
      ]),
    ProgramSpec(
      "sockets", number: Int(NETWORK_LIST_SOCKETS.rawValue), makesRecords: false, "list_sockets",
      .iterator("task_file")),
    controlGroup("send_to_ipv4", NETWORK_ON_SEND_TO, "on_send_to_ipv4", "cgroup/sendmsg4"),
    controlGroup("send_to_ipv6", NETWORK_ON_SEND_TO, "on_send_to_ipv6", "cgroup/sendmsg6"),
    controlGroup(
      "receive_from_ipv4", NETWORK_ON_RECEIVE_FROM, "on_receive_from_ipv4", "cgroup/recvmsg4"),
    controlGroup(
      "receive_from_ipv6", NETWORK_ON_RECEIVE_FROM, "on_receive_from_ipv6", "cgroup/recvmsg6"),
    controlGroup(
      "release", NETWORK_ON_RELEASE, makesRecords: true, "on_release", "cgroup/sock_release"),
  ]

  private static func tracepoint(
    _ duty: String, _ number: network_program?, makesRecords: Bool = true, _ program: String,
    _ tracepoint: String, arguments: Int? = nil, isNeeded: Bool = false,
    isMadeUpFor: Bool = false
  ) -> ProgramSpec {
    ProgramSpec(
      duty, number: number.map { Int($0.rawValue) }, makesRecords: makesRecords,
      isNeeded: isNeeded, isMadeUpFor: isMadeUpFor, program,
      .tracepoint(tracepoint, arguments: arguments))
  }

  private static func controlGroup(
    _ duty: String, _ number: network_program, makesRecords: Bool = false, _ program: String,
    _ hook: String
  ) -> ProgramSpec {
    ProgramSpec(
      duty, number: Int(number.rawValue), makesRecords: makesRecords, program,
      .controlGroup(hook))
  }
}
