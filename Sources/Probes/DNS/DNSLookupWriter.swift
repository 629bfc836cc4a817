internal import Bytes
internal import DNS
internal import Identity
internal import Telemetry

/// Writes lookups as log records.
struct DNSLookupWriter: ~Copyable {
  private let questionNames: DNSConfig.QuestionNames
  private let processes: ProcessTable
  private var text = ByteBuffer(minimumCapacity: 64)

  /// A writer that tells names as `questionNames` says and processes as the table knows them.
  init(_ questionNames: DNSConfig.QuestionNames, _ processes: ProcessTable) {
    self.questionNames = questionNames
    self.processes = processes
  }

  /// Begins a record of the lookup and gives it all but the answers.
  mutating func open(
    _ lookup: DNSLookup, _ outcome: DNSOutcome, nanoseconds: UInt64, _ output: inout ProbeOutput
  ) {
    let entry = lookup.process.flatMap { processes.look(up: $0) }
    let resource = entry.map { processes.resource(of: $0).attributes.bytes } ?? .empty
    output.logs.select(resource: resource.span, scope: "swiftlet/ebpf/dns")
    output.logs.open(
      event: "dns.lookup", time: processes.boot.unixNanoseconds(sinceBoot: lookup.began),
      observed: output.observed, severity: outcome.isFailure ? .warn : .info)
    addQuestion(lookup, &output)
    addOutcome(lookup, outcome, nanoseconds: nanoseconds, &output)
    addServer(lookup, &output)
    addProcess(lookup, entry, &output)
  }

  /// Gives the record the answers.
  func add(_ answers: borrowing DNSAnswers, _ output: inout ProbeOutput) {
    if !answers.addresses.isEmpty {
      output.logs.array("dns.answers") { answers.append(answers.addresses, to: &$0) }
    }
    if !answers.others.isEmpty {
      output.logs.array("dns.answers.data") { answers.append(answers.others, to: &$0) }
    }
    if answers.isIncomplete { output.logs.attribute("dns.answers.incomplete", true) }
  }

  private func addQuestion(_ lookup: DNSLookup, _ output: inout ProbeOutput) {
    switch questionNames {
    case .full: output.logs.attribute("dns.question.name", lookup.name.span)
    case .hashed:
      let digest = SHA256.hexDigest(lookup.name.span)
      output.logs.attribute("dns.question.name", digest.span.extracting(0..<16))
    case .off: break
    }
    output.logs.attribute("dns.question.type", lookup.type.description.utf8Span.span)
  }

  private func addOutcome(
    _ lookup: DNSLookup, _ outcome: DNSOutcome, nanoseconds: UInt64, _ output: inout ProbeOutput
  ) {
    if case .answered(let code, let isTruncated) = outcome {
      output.logs.attribute("dns.response_code", code.description.utf8Span.span)
      if isTruncated { output.logs.attribute("dns.answers.truncated", true) }
    }
    if let error = outcome.error { output.logs.attribute("error.type", error.utf8Span.span) }
    output.logs.attribute("dns.lookup.duration", Double(nanoseconds) / 1e9)
    output.logs.attribute("dns.lookup.attempts", Int64(lookup.attempts))
  }

  private mutating func addServer(_ lookup: DNSLookup, _ output: inout ProbeOutput) {
    text.truncate(to: 0)
    lookup.server.append(to: &text)
    output.logs.attribute("server.address", text.span)
    output.logs.attribute("server.port", Int64(lookup.serverPort))
    if lookup.isStream {
      output.logs.attribute("network.transport", "tcp")
    } else {
      output.logs.attribute("network.transport", "udp")
    }
    if lookup.server.isIPv4 {
      output.logs.attribute("network.type", "ipv4")
    } else {
      output.logs.attribute("network.type", "ipv6")
    }
  }

  private func addProcess(
    _ lookup: DNSLookup, _ entry: ProcessEntry?, _ output: inout ProbeOutput
  ) {
    if let entry {
      output.logs.attributes(processes.attributes(of: entry).bytes.span)
    } else if let key = lookup.process {
      output.logs.attribute("process.pid", Int64(key.pid))
      let created = processes.boot.creationText(of: key)
      output.logs.attribute("process.creation.time", created.utf8Span.span)
    }
  }
}

extension DNSOutcome {
  /// Whether the lookup failed for another reason than that there is no such name.
  fileprivate var isFailure: Bool {
    switch self {
    case .answered(let code, _): code != .noError && code != .noSuchName
    case .timedOut: true
    }
  }
}
