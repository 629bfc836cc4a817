internal import Bytes
internal import DNS
internal import Identity
internal import Telemetry

/// Writes lookups as log records, from pieces that are encoded once: most lookups differ in little but their time.
struct DNSLookupWriter: ~Copyable {
  /// Response codes whose attributes are kept.
  private static let codeCount = 32

  private let processes: ProcessTable
  private var text = ByteBuffer(minimumCapacity: 64)
  /// What is told of each response code, and behind them of those with a truncated answer.
  private var outcomes = [ByteSlice](repeating: .empty, count: 2 * codeCount)
  /// What is told of the server that was asked last, encoded.
  private var server = ByteSlice.empty
  private var serverAddress = NetworkAddress.none
  private var serverPort: UInt16 = 0
  private var isServerStream = false

  /// A writer that tells processes as the table knows them.
  init(_ processes: ProcessTable) {
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
    let question = lookup.question.attributes
    output.logs.attributes(question.span)
    let told = attributes(of: outcome)
    output.logs.attributes(told.span)
    output.logs.attribute("dns.lookup.duration", Double(nanoseconds) / 1e9)
    output.logs.attribute("dns.lookup.attempts", Int64(lookup.attempts))
    let server = attributes(ofServer: lookup)
    output.logs.attributes(server.span)
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

  private mutating func attributes(of outcome: DNSOutcome) -> ByteSlice {
    guard case .answered(let code, let isTruncated) = outcome,
      code.rawValue < UInt16(DNSLookupWriter.codeCount)
    else { return DNSLookupWriter.encode(outcome) }
    let place = Int(code.rawValue) + (isTruncated ? DNSLookupWriter.codeCount : 0)
    if outcomes[place].isEmpty { outcomes[place] = DNSLookupWriter.encode(outcome) }
    return outcomes[place]
  }

  private static func encode(_ outcome: DNSOutcome) -> ByteSlice {
    var buffer = ByteBuffer(minimumCapacity: 64)
    let field = LogsWriter.attributesField
    if case .answered(let code, let isTruncated) = outcome {
      buffer.appendAttribute("dns.response_code", code.description.utf8Span.span, as: field)
      if isTruncated { buffer.appendAttribute("dns.answers.truncated", true, as: field) }
    }
    if let error = outcome.error {
      buffer.appendAttribute("error.type", error.utf8Span.span, as: field)
    }
    return buffer.takeSlice()
  }

  /// Most processes of a machine ask the same server.
  private mutating func attributes(ofServer lookup: DNSLookup) -> ByteSlice {
    if !server.isEmpty, serverAddress == lookup.server, serverPort == lookup.serverPort,
      isServerStream == lookup.isStream
    {
      return server
    }
    text.truncate(to: 0)
    lookup.server.append(to: &text)
    var buffer = ByteBuffer(minimumCapacity: 160)
    let field = LogsWriter.attributesField
    buffer.appendAttribute("server.address", text.span, as: field)
    buffer.appendAttribute("server.port", Int64(lookup.serverPort), as: field)
    let transport: StaticString = lookup.isStream ? "tcp" : "udp"
    buffer.appendAttribute("network.transport", transport, as: field)
    let family: StaticString = lookup.server.isIPv4 ? "ipv4" : "ipv6"
    buffer.appendAttribute("network.type", family, as: field)
    server = buffer.takeSlice()
    (serverAddress, serverPort, isServerStream) = (
      lookup.server, lookup.serverPort, lookup.isStream
    )
    return server
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
