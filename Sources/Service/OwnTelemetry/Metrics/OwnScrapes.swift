internal import Bytes
internal import Compression
internal import Dispatch
internal import Exporters
internal import Prometheus
internal import Queues

/// Renders and compresses own metrics on a queue of its own, so that no shard waits for it.
final class OwnScrapes: ScrapeSource {
  private final class Working {
    var compressor = Compressor()
  }

  private let working: QueueBound<Working>
  private let body: @Sendable (ExpositionFormat) -> ByteSlice

  /// Scrapes answered with what `body` makes, which is called on the queue.
  init(_ body: @escaping @Sendable (ExpositionFormat) -> ByteSlice) {
    self.body = body
    working = QueueBound(
      Working(), to: DispatchQueue(label: "swiftlet.own-metrics"))
  }

  func render(_ terms: ScrapeTerms, _ answer: @escaping @Sendable ([ByteSlice]?) -> Void) -> Bool {
    working.queue.async { [self] in
      let plain = body(terms.format)
      guard terms.isCompressed else { return answer([plain]) }
      // The lowest level, as the prometheus exporter has it: a scrape is read once.
      let small = try? working.value.compressor.compress([plain], .gzip, level: 1)
      answer(small.map { [$0] })
    }
    return true
  }
}
