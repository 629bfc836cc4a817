internal import Diagnostics

// What the ebpf receiver and the process_identity processor count.
extension MetricCatalog {
  static let probes: [String: Entry] = [
    "swiftlet_ebpf_events": entry(
      .basic, "Records by what became of them; produced is delivered, lost and held together."),
    "swiftlet_ebpf_events_in_ring": entry(.normal, "Records that the collector has not read yet."),
    "swiftlet_ebpf_events_held": entry(.normal, "Records that the pipeline has not taken yet."),
    "swiftlet_ebpf_filtered_events": entry(.normal, "Records that the filters leave out."),
    "swiftlet_ebpf_program_active": entry(
      .normal, "Whether a program runs, through which hook, or why not."),
    "swiftlet_ebpf_program_runs": entry(
      .normal, "How often a program ran, where kernel.bpf_stats_enabled is 1."),
    "swiftlet_ebpf_program_run_nanoseconds": entry(
      .normal, "How long a program ran, where kernel.bpf_stats_enabled is 1.", unit: "ns"),
    "swiftlet_ebpf_program_skips": entry(
      .normal, "How often the kernel left a program out, as it was running on the same processor."),
    "swiftlet_ebpf_dns_lookups_pending": entry(.normal, "Queries that wait for their answer."),
    "swiftlet_ebpf_dns_lookups_evicted": entry(
      .normal, "Queries told without their answer for want of room."),
    "swiftlet_ebpf_dns_answers_unmatched": entry(.normal, "Answers whose query was not seen."),
    "swiftlet_ebpf_dns_messages_unreadable": entry(.normal, "Messages that are no DNS."),
    "swiftlet_ebpf_network_series": entry(.normal, "Series of flows that are held."),
    "swiftlet_ebpf_network_series_overflows": entry(
      .normal, "Flows counted in the overflow series, for want of room."),
    "swiftlet_ebpf_network_peer_names": entry(.normal, "Names of peers that are held."),
    "swiftlet_ebpf_network_peer_names_evicted": entry(
      .normal, "Names of peers that were forgotten for want of room."),
    "swiftlet_ebpf_network_listeners": entry(.normal, "Sockets that listen."),
  ]

  static let identity: [String: Entry] = [
    "swiftlet_process_identity_identified_batches": entry(
      .normal, "Batches whose sender's process was found."),
    "swiftlet_process_identity_identified_resources": entry(
      .normal, "Resources that were told their process."),
    "swiftlet_process_identity_unidentified_batches": entry(
      .normal, "Batches whose sender's process was not found, by reason."),
    "swiftlet_process_identity_waiting_bytes": entry(
      .normal, "Bytes of batches that wait for their sender's process.", unit: "By"),
  ]
}
