/// What there is to know of the collector's own metrics by their names.
enum MetricCatalog {
  /// What one metric tells.
  struct Entry: Sendable {
    /// One sentence for people.
    let help: String
    /// The least level at which it is shown.
    let level: MetricsLevel
    /// The unit as a suffix of the name; empty for pure numbers.
    let unit: String
  }

  /// The entry of the metric called `name`; one for names that the catalog does not know.
  static func entry(of name: String) -> Entry {
    if let entry = exact[name] { return entry }
    for (prefix, entry) in families where name.hasPrefix(prefix) { return entry }
    return Entry(help: "A metric of a component.", level: .normal, unit: "")
  }

  private static func entry(
    _ level: MetricsLevel, _ help: String, unit: String = ""
  ) -> Entry {
    Entry(help: help, level: level, unit: unit)
  }

  /// Metrics that exist once for each kind of item.
  private static let families: [(prefix: String, entry: Entry)] = [
    ("otelcol_receiver_accepted_", entry(.basic, "Items that pipelines have taken.")),
    ("otelcol_receiver_refused_", entry(.basic, "Items that were not taken.")),
    ("otelcol_receiver_failed_", entry(.basic, "Items lost by a fault of the collector.")),
    ("otelcol_scraper_scraped_", entry(.basic, "Items that were scraped.")),
    ("otelcol_scraper_errored_", entry(.basic, "Items that could not be scraped.")),
    ("otelcol_exporter_sent_", entry(.basic, "Items that the destination has taken.")),
    ("otelcol_exporter_send_failed_", entry(.basic, "Items that could not be delivered.")),
    (
      "otelcol_exporter_enqueue_failed_",
      entry(.basic, "Items that the sending queue had no room for.")
    ),
    ("otelcol_processor_memory_limiter_", entry(.basic, "Items at the memory limiter.")),
  ]

  private static let exact: [String: Entry] = [
    "otelcol_receiver_requests": entry(.basic, "Requests by how they ended."),
    "otelcol_processor_incoming_items": entry(.basic, "Items handed to the processor."),
    "otelcol_processor_outgoing_items": entry(.basic, "Items handed on by the processor."),
    "otelcol_processor_batch_batch_send_size": entry(.normal, "Items in a batch that was sent on."),
    "otelcol_processor_batch_batch_send_size_bytes": entry(
      .detailed, "Bytes of a batch that was sent on."),
    "otelcol_processor_batch_batch_size_trigger_send": entry(
      .normal, "Batches sent because they were large enough."),
    "otelcol_processor_batch_timeout_trigger_send": entry(
      .normal, "Batches sent because they had waited long enough."),
    "otelcol_processor_batch_metadata_cardinality": entry(
      .normal, "Combinations of metadata values batched apart at present."),
    "otelcol_exporter_queue_size": entry(
      .normal, "What the sending queue holds, in the unit of its sizer."),
    "otelcol_exporter_queue_capacity": entry(
      .normal, "What the sending queue can hold, in the unit of its sizer."),
    "otelcol_exporter_in_flight_requests": entry(.normal, "Requests that wait for their answer."),
    "otelcol_exporter_enqueue_size": entry(.normal, "Items of a batch put into the sending queue."),
    "otelcol_exporter_enqueue_size_bytes": entry(
      .detailed, "Bytes of a batch put into the sending queue."),
    "otelcol_exporter_queue_batch_send_size": entry(.normal, "Items of a request that was sent."),
    "otelcol_exporter_queue_batch_send_size_bytes": entry(
      .detailed, "Bytes of a request that was sent."),
    "otelcol_process_uptime": entry(.basic, "Seconds since the start.", unit: "seconds"),
    "otelcol_process_cpu_seconds": entry(
      .basic, "Seconds of processor time, user and system.", unit: "seconds"),
    "otelcol_process_memory_rss": entry(.basic, "Bytes of resident memory.", unit: "bytes"),
    "otelcol_process_runtime_heap_alloc_bytes": entry(
      .basic, "Bytes of private memory, touched or not.", unit: "bytes"),
    "otelcol_process_runtime_total_sys_memory_bytes": entry(
      .basic, "Bytes of address space, touched or not.", unit: "bytes"),
    "swiftlet_pipeline_received_items": entry(
      .basic, "Items taken: delivered, dropped and held together."),
    "swiftlet_pipeline_delivered_items": entry(.basic, "Items that every exporter has delivered."),
    "swiftlet_pipeline_dropped_items": entry(
      .basic, "Items taken and not delivered, by reason; with acknowledge: delivered senders know."),
    "swiftlet_pipeline_held_items": entry(.basic, "Items taken that are under way."),
    "swiftlet_pipeline_refused_items": entry(.basic, "Items not taken, by reason."),
    "swiftlet_exporter_held_bytes": entry(
      .normal, "Bytes that the exporter holds.", unit: "bytes"),
    "swiftlet_exporter_oldest_batch_age_milliseconds": entry(
      .normal, "How long the oldest batch that is not delivered has waited.",
      unit: "milliseconds"),
    "swiftlet_memory_held_bytes": entry(.basic, "Bytes that batches hold.", unit: "bytes"),
    "swiftlet_memory_limit_bytes": entry(.basic, "Bytes that batches may hold.", unit: "bytes"),
    "swiftlet_log_dropped_lines": entry(.basic, "Own log lines that nobody read in time."),
    "swiftlet_server_open_connections": entry(.normal, "Connections that are open."),
    "swiftlet_server_refused_connections": entry(.normal, "Connections closed at once."),
  ]
}
