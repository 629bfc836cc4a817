internal import Telemetry

/// How often processes did what, since the start.
struct ProcessCounts {
  private static let executionsShape = MetricShape(
    "process.executions", .counter, unit: "{execution}", "Programs that processes began to run.")
  private static let exitsShape = MetricShape(
    "process.exits", .counter, unit: "{process}", "Processes that ended.")
  private static let forksShape = MetricShape(
    "process.forks", .counter, unit: "{process}", "Processes that were born.")

  var executions: UInt64 = 0
  var forks: UInt64 = 0
  private var successes: UInt64 = 0
  private var failures: UInt64 = 0
  private var signals: UInt64 = 0
  private var outOfMemory: UInt64 = 0

  /// Counts an end.
  mutating func count(_ exit: borrowing ExitRecord) {
    if exit.isOutOfMemory {
      outOfMemory += 1
    } else if exit.signal != 0 {
      signals += 1
    } else if exit.code == 0 {
      successes += 1
    } else {
      failures += 1
    }
  }

  /// Writes one point for each count.
  func write(hasForks: Bool, to metrics: inout MetricsWriter) {
    metrics.select(scope: ProcessCapability.scope)
    metrics.open(ProcessCounts.executionsShape)
    metrics.point(executions)
    metrics.close()
    metrics.open(ProcessCounts.exitsShape)
    point("success", successes, to: &metrics)
    point("failure", failures, to: &metrics)
    point("signal", signals, to: &metrics)
    point("out_of_memory", outOfMemory, to: &metrics)
    metrics.close()
    guard hasForks else { return }
    metrics.open(ProcessCounts.forksShape)
    metrics.point(forks)
    metrics.close()
  }

  private func point(
    _ outcome: StaticString, _ count: UInt64, to metrics: inout MetricsWriter
  ) {
    metrics.attribute("process.exit.outcome", outcome)
    metrics.point(count)
  }
}
