internal import Diagnostics

extension MetricCatalog {
  /// Metrics that exist once for each kind of item or of component.
  static let families: [(prefix: String, suffix: String, entry: Entry)] = [
    ("otelcol_receiver_accepted_", "", entry(.basic, "Items that pipelines have taken.")),
    ("otelcol_receiver_refused_", "", entry(.basic, "Items that were not taken.")),
    ("otelcol_scraper_scraped_", "", entry(.basic, "Items that were scraped.")),
    ("otelcol_scraper_errored_", "", entry(.basic, "Items that could not be scraped.")),
    ("otelcol_exporter_sent_", "", entry(.basic, "Items that the destination has taken.")),
    ("otelcol_exporter_send_failed_", "", entry(.basic, "Items that could not be delivered.")),
    (
      "otelcol_exporter_enqueue_failed_", "",
      entry(.basic, "Items that the sending queue did not take.")
    ),
    (
      "otelcol_processor_", "_failed_conversions",
      entry(.normal, "Values that could not be converted and stayed as they were.")
    ),
    ("otelcol_processor_memory_limiter_", "", entry(.basic, "Items at the memory limiter.")),
  ]

  /// Metrics by their names.
  static let entries = receivers.merging(processors) { $1 }.merging(exporters) { $1 }
    .merging(process) { $1 }.merging(servers) { $1 }.merging(probes) { $1 }
    .merging(identity) { $1 }

  private static let receivers: [String: Entry] = [
    "otelcol_receiver_requests": entry(.basic, "Requests by how they ended."),
    "swiftlet_receiver_refused_requests": entry(
      .basic, "Requests that were not taken, by reason; also those whose body was not read."),
    "swiftlet_pipeline_received_items": entry(
      .basic, "Items taken: delivered, dropped and held together."),
    "swiftlet_pipeline_delivered_items": entry(.basic, "Items that every exporter has delivered."),
    "swiftlet_pipeline_dropped_items": entry(.basic, "Items taken and not delivered, by reason."),
    "swiftlet_pipeline_held_items": entry(.basic, "Items taken that are under way."),
    "swiftlet_pipeline_refused_items": entry(.basic, "Items not taken, by reason."),
  ]

  private static let processors: [String: Entry] = [
    "otelcol_processor_incoming_items": entry(.basic, "Items that were handed to the processor."),
    "otelcol_processor_outgoing_items": entry(.basic, "Items that the processor handed on."),
    "otelcol_processor_batch_batch_send_size": entry(.normal, "Items in a batch that was sent on."),
    "otelcol_processor_batch_batch_send_size_bytes": entry(
      .detailed, "Bytes of a batch that was sent on.", unit: "By"),
    "otelcol_processor_batch_batch_size_trigger_send": entry(
      .normal, "Batches sent because they were large enough."),
    "otelcol_processor_batch_timeout_trigger_send": entry(
      .normal, "Batches sent because they had waited long enough."),
    "otelcol_processor_batch_metadata_cardinality": entry(
      .normal, "Combinations of metadata values batched apart at present."),
    "swiftlet_resource_detection_failures": entry(
      .normal, "Detections that found nothing because of an error."),
  ]

  private static let exporters: [String: Entry] = [
    "otelcol_exporter_queue_size": entry(
      .normal, "What the sending queue holds, in the unit of its sizer."),
    "otelcol_exporter_queue_capacity": entry(
      .normal, "What the sending queue can hold, in the unit of its sizer."),
    "otelcol_exporter_in_flight_requests": entry(.normal, "Requests that wait for their answer."),
    "otelcol_exporter_enqueue_size": entry(.normal, "Items of a batch put into the sending queue."),
    "otelcol_exporter_enqueue_size_bytes": entry(
      .detailed, "Bytes of a batch put into the sending queue.", unit: "By"),
    "otelcol_exporter_queue_batch_send_size": entry(.normal, "Items of a request that was sent."),
    "otelcol_exporter_queue_batch_send_size_bytes": entry(
      .detailed, "Bytes of a request that was sent.", unit: "By"),
    "swiftlet_exporter_held_bytes": entry(.normal, "Bytes that the exporter holds.", unit: "By"),
    "swiftlet_exporter_oldest_batch_age_seconds": entry(
      .normal, "How long the oldest batch that is not delivered has waited.", unit: "s"),
    "swiftlet_prometheus_scrapes": entry(.normal, "Scrapes that were answered."),
    "swiftlet_prometheus_series": entry(.normal, "Series that are held."),
    "swiftlet_prometheus_overflowed_points": entry(
      .basic, "Points beyond max_series, counted in overflow series."),
    "swiftlet_prometheus_dropped_points": entry(
      .basic, "Points that cannot be exposed, by reason."),
  ]

  private static let process: [String: Entry] = [
    "otelcol_process_uptime": entry(.basic, "Seconds since the start.", unit: "s"),
    "otelcol_process_cpu_seconds": entry(
      .basic, "Seconds of processor time, user and system.", unit: "s"),
    "otelcol_process_memory_rss": entry(.basic, "Bytes of resident memory.", unit: "By"),
    "otelcol_process_runtime_heap_alloc_bytes": entry(
      .basic, "Bytes of private memory, touched or not.", unit: "By"),
    "otelcol_process_runtime_total_sys_memory_bytes": entry(
      .basic, "Bytes of address space, touched or not.", unit: "By"),
    "swiftlet_memory_held_bytes": entry(.basic, "Bytes that batches hold.", unit: "By"),
    "swiftlet_memory_limit_bytes": entry(.basic, "Bytes that batches may hold.", unit: "By"),
    "swiftlet_log_lost_lines": entry(.basic, "Own log lines that their backend did not take."),
    "swiftlet_metrics_lost_exports": entry(
      .basic, "Exports of own metrics that their backend did not take."),
  ]

  private static let servers: [String: Entry] = [
    "swiftlet_server_open_connections": entry(.normal, "Connections that are open."),
    "swiftlet_server_refused_connections": entry(.normal, "Connections closed at once."),
    "http.server.request.duration": entry(
      .detailed, "How long requests took from their head to their answer.", unit: "s"),
    "http.client.request.duration": entry(
      .detailed, "How long requests took until their answer was there.", unit: "s"),
    "rpc.server.call.duration": entry(
      .detailed, "How long calls took from their head to their answer.", unit: "s"),
    "rpc.client.call.duration": entry(
      .detailed, "How long calls took until their answer was there.", unit: "s"),
  ]
}
