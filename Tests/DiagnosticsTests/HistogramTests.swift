import Diagnostics
import Testing

@Suite struct HistogramTests {
  @Test("a value counts in the first bucket whose bound it does not exceed")
  func buckets() {
    let histogram = Histogram(bounds: [10, 20, 30])
    for value in [0, 10, 11, 20, 21, 30, 31, 1000] { histogram.record(value) }
    #expect(histogram.reading.counts == [2, 2, 2, 2])
    #expect(histogram.reading.sum == 1123)
    #expect(histogram.reading.count == 8)
  }

  @Test("the registry keeps one histogram for each series and reads it")
  func registry() {
    let scope = MetricsScope(MetricsRegistry()).with("exporter", "a")
    let histogram = scope.histogram("size", bounds: [5])
    #expect(scope.histogram("size", bounds: [5]) === histogram)
    histogram.record(7)
    let samples = scope.registry.samples()
    #expect(samples.count == 1)
    #expect(samples.first?.reading == .histogram(histogram.reading))
  }

  @Test("the bounds of the collector's own metrics ascend")
  func bounds() {
    for bounds in [Histogram.itemBounds, Histogram.byteBounds] {
      #expect(bounds == bounds.sorted())
    }
  }
}
