import Bytes
import DNS
import Identity
import Telemetry

@testable import Probes

/// A lookup as a log record, written attribute by attribute: what the records made of pieces are compared with.
struct PlainLookupRecord {
  var began: UInt64
  var observed: UInt64
  var name: String
  var type: DNSRecordType
  var outcome: DNSOutcome
  var nanoseconds: UInt64
  var attempts: Int64
  var server: DNSServer
  var process: ProcessKey?
  var addresses: [String] = []
  var others: [String] = []
  var isIncomplete = false

  func write(_ processes: ProcessTable, to logs: inout LogsWriter) {
    let entry = process.flatMap { processes.look(up: $0) }
    let resource = entry.map { processes.resource(of: $0).attributes.bytes } ?? .empty
    logs.select(resource: resource.span, scope: "swiftlet/ebpf/dns")
    var isFailure = true
    if case .answered(let code, _) = outcome { isFailure = code != .noError && code != .noSuchName }
    logs.open(
      event: "dns.lookup", time: processes.boot.unixNanoseconds(sinceBoot: began),
      observed: observed, severity: isFailure ? .warn : .info)
    logs.attribute("dns.question.name", name.utf8Span.span)
    logs.attribute("dns.question.type", type.description.utf8Span.span)
    if case .answered(let code, let isTruncated) = outcome {
      logs.attribute("dns.response_code", code.description.utf8Span.span)
      if isTruncated { logs.attribute("dns.answers.truncated", true) }
    }
    if let error = outcome.error { logs.attribute("error.type", error.utf8Span.span) }
    logs.attribute("dns.lookup.duration", Double(nanoseconds) / 1e9)
    logs.attribute("dns.lookup.attempts", attempts)
    logs.attribute("server.address", server.address.description.utf8Span.span)
    logs.attribute("server.port", Int64(server.port))
    logs.attribute("network.transport", server.isStream ? "tcp" as StaticString : "udp")
    logs.attribute("network.type", server.address.isIPv4 ? "ipv4" as StaticString : "ipv6")
    if let entry {
      logs.attributes(processes.attributes(of: entry).bytes.span)
    } else if let process {
      logs.attribute("process.pid", Int64(process.pid))
      logs.attribute(
        "process.creation.time", processes.boot.creationText(of: process).utf8Span.span)
    }
    append("dns.answers", addresses, to: &logs)
    append("dns.answers.data", others, to: &logs)
    if isIncomplete { logs.attribute("dns.answers.incomplete", true) }
    logs.close()
  }

  private func append(_ key: StaticString, _ texts: [String], to logs: inout LogsWriter) {
    guard !texts.isEmpty else { return }
    logs.array(key) { array in
      for text in texts { array.appendElement(text.utf8Span.span) }
    }
  }
}
