internal import Bytes
internal import Compression
internal import Diagnostics
internal import Dispatch
internal import Prometheus
internal import Queues
internal import Synchronization

/// Renders scrapes on the store's queue, one after the other, and compresses them on another.
final class ScrapeService: ScrapeSource {
  /// What a scraper asks for, and where the answer goes.
  private struct Request: Sendable {
    let terms: ScrapeTerms
    /// Called once with the body, on any queue; nil where it could not be made.
    let answer: @Sendable ([ByteSlice]?) -> Void
  }

  /// Scrapes that wait beyond this many are refused.
  static let waitingLimit = 16

  private let store: QueueBound<SeriesStore>
  private let compressor: QueueBound<CompressorBox>
  private let clock: any ShardClock
  private let waiting = Atomic<Int>(0)
  private let metrics: PrometheusMetrics

  init(
    _ store: QueueBound<SeriesStore>, _ compressQueue: DispatchQueue, _ clock: any ShardClock,
    _ metrics: PrometheusMetrics
  ) {
    self.store = store
    compressor = QueueBound(CompressorBox(), to: compressQueue)
    self.clock = clock
    self.metrics = metrics
  }

  func render(_ terms: ScrapeTerms, _ answer: @escaping @Sendable ([ByteSlice]?) -> Void) -> Bool {
    let request = Request(terms: terms, answer: answer)
    guard waiting.wrappingAdd(1, ordering: .relaxed).newValue <= ScrapeService.waitingLimit else {
      waiting.wrappingSubtract(1, ordering: .relaxed)
      return false
    }
    store.queue.async { [self] in
      let store = store.value
      store.advance(to: clock.now)
      store.renderingCount += 1
      let rendering = RenderingBox(ScrapeRendering(request.terms.format, store.config))
      step(QueueBound(rendering, to: self.store.queue), request)
    }
    return true
  }

  /// Renders one slice, then lets what waits on the queue go first.
  private func step(_ rendering: QueueBound<RenderingBox>, _ request: Request) {
    let store = store.value
    guard rendering.value.rendering.advance(store) else {
      return self.store.queue.async { [self] in step(rendering, request) }
    }
    store.renderingCount -= 1
    metrics.count(store.takeDropped())
    metrics.scrapes.add()
    let pieces = rendering.value.rendering.pieces
    guard request.terms.isCompressed else {
      waiting.wrappingSubtract(1, ordering: .relaxed)
      return request.answer(pieces)
    }
    compressor.queue.async { [self] in
      let body = compressor.value.gzip(pieces)
      waiting.wrappingSubtract(1, ordering: .relaxed)
      request.answer(body.map { [$0] })
    }
  }
}

/// Holds a rendering between its slices.
private final class RenderingBox {
  var rendering: ScrapeRendering

  init(_ rendering: consuming ScrapeRendering) {
    self.rendering = rendering
  }
}

/// Holds the compressor, whose working memory stays.
private final class CompressorBox {
  private var compressor = Compressor()

  func gzip(_ pieces: [ByteSlice]) -> ByteSlice? {
    // The lowest level: a scrape is read once, and metrics shrink well at any.
    try? compressor.compress(pieces, .gzip, level: 1)
  }
}
