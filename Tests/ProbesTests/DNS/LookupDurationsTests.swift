import DNS
import Telemetry
import Testing

@testable import Probes

@Suite struct LookupDurationsTests {
  static func points(_ durations: LookupDurations) -> [EmittedRecord] {
    var metrics = MetricsWriter(version: "1")
    metrics.select(scope: "test")
    durations.write(to: &metrics)
    return EmittedRecord.points(metrics.takePayload())
  }

  @Test func `a bound belongs to the bucket below it`() {
    var durations = LookupDurations()
    for nanoseconds in [0, 5_000_000, 5_000_001, 10_000_000_000, 10_000_000_001] as [UInt64] {
      durations.add(.a, .answered(.noError, isTruncated: false), nanoseconds: nanoseconds)
    }
    let point = LookupDurationsTests.points(durations).first
    #expect(point?.count == 5)
    #expect(point?.buckets == [2, 1] + [UInt64](repeating: 0, count: 11) + [1, 1])
    #expect(point?.sum == 20.010000002)
  }

  @Test func `series are bounded and nothing is lost`() {
    var durations = LookupDurations()
    for type in 0..<1000 {
      durations.add(DNSRecordType(rawValue: UInt16(type)), .timedOut, nanoseconds: 1)
    }
    let points = LookupDurationsTests.points(durations)
    #expect(points.count == 65)
    #expect(points.reduce(0) { $0 + $1.count } == 1000)
    #expect(points.last?.attributes == ["otel.metric.overflow": "true"])
    #expect(points.last?.count == 936)
  }
}
