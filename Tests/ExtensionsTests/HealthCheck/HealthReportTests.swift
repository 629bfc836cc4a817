import Components
import Diagnostics
import Testing

@testable import Extensions

@Suite struct HealthReportTests {
  private let now = WallTime(milliseconds: 100_000)

  private func report(
    _ health: CollectorHealth, permanent: Bool = false, recoverable: Bool = false
  ) -> HealthReport {
    let rules = HealthRules(
      countsPermanentErrors: permanent, countsRecoverableErrors: recoverable,
      recoveryDuration: .seconds(60))
    return HealthReport(health: health, rules: rules, now: now)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let status: ComponentStatus
    let counts: Bool
    let age: Int64
    let code: Int
    var testDescription: String { "\(status) for \(age) s, counted: \(counts)" }
  }

  @Test(
    "each status has its HTTP status",
    arguments: [
      Case(status: .starting, counts: false, age: 0, code: 503),
      Case(status: .ok, counts: true, age: 0, code: 200),
      Case(status: .recoverableError("x"), counts: false, age: 90, code: 200),
      Case(status: .recoverableError("x"), counts: true, age: 59, code: 200),
      Case(status: .recoverableError("x"), counts: true, age: 60, code: 500),
      Case(status: .permanentError("x"), counts: false, age: 90, code: 200),
      Case(status: .permanentError("x"), counts: true, age: 0, code: 500),
      Case(status: .fatalError("x"), counts: false, age: 0, code: 500),
      Case(status: .stopping, counts: false, age: 0, code: 503),
      Case(status: .stopped, counts: false, age: 0, code: 503),
    ])
  func codes(_ each: Case) throws {
    let since = WallTime(milliseconds: now.milliseconds - each.age * 1000)
    let health = HealthSamples.health(exporter: each.status, since: since)
    let report = report(health, permanent: each.counts, recoverable: each.counts)
    #expect(report.whole(verbose: false).code == each.code)
    #expect(report.pipeline("traces", verbose: false)?.code == each.code)
    #expect(report.pipeline("logs/a b", verbose: false)?.code == 200)
    #expect(report.isReady == (each.code == 200))
    #expect(report.isLive == (each.status != .fatalError("x")))
  }

  @Test("a collector that starts or stops is alive and not ready")
  func phases() {
    for phase in [CollectorHealth.Phase.starting, .stopping] {
      let report = report(HealthSamples.health(phase))
      #expect(report.isLive)
      #expect(!report.isReady)
      #expect(report.whole(verbose: false).code == 503)
      #expect(report.pipeline("traces", verbose: false)?.code == 503)
      #expect(report.firstVersion.code == 503)
      #expect(report.firstVersion.body == "{\"status\":\"Server not available\"}")
    }
  }

  @Test("a verbose answer names every component with its error")
  func verbose() {
    let report = report(HealthSamples.health(exporter: .recoverableError("\"away\"")))
    let time = "\"status_time\":\"1970-01-01T00:00:00.000Z\""
    let ok = "\"healthy\":true,\"status\":\"StatusOK\",\(time)"
    let error = "\"healthy\":true,\"status\":\"StatusRecoverableError\",\(time)"
    let expected =
      "{\"start_time\":\"1970-01-01T00:00:00.000Z\",\(error),\"components\":{"
      + "\"receiver:otlp\":{\(ok)},\"processor:batch\":{\(ok)},"
      + "\"exporter:otlp\":{\(error),\"error\":\"\\\"away\\\"\"}}}"
    #expect(report.pipeline("traces", verbose: true)?.body == expected)
    let whole = report.whole(verbose: true).body
    for name in ["\"pipeline:traces\":", "\"pipeline:logs/a b\":", "\"extension:health_check\":"] {
      #expect(whole.contains(name))
    }
  }

  @Test("the first version tells since when the collector runs")
  func firstVersion() {
    let answer = report(HealthSamples.health()).firstVersion
    #expect(
      answer.body == "{\"status\":\"Server available\",\"upSince\":\"1970-01-01T00:00:00.000Z\","
        + "\"uptime\":\"1m40s\"}")
  }

  @Test(
    "durations are written with their units",
    arguments: [
      (0, "0s"), (1, "0.001s"), (61_500, "1m1.500s"), (3_600_000, "1h0m0s"), (-5, "0s"),
    ])
  func durations(milliseconds: Int, text: String) {
    #expect(HealthReport.text(of: .milliseconds(milliseconds)) == text)
  }
}
