internal import Bytes
internal import DNS
internal import Diagnostics
internal import Identity
internal import Telemetry

/// Joins queries with their answers and tells of the lookups that they make.
///
/// Confined to the receiver's queue.
final class DNSMonitor {
  /// What the monitor could not do.
  struct Losses: Equatable {
    /// Answers to no query that is known.
    var unmatchedAnswers = 0
    /// Messages that are not as RFC 1035 has them.
    var unreadableMessages = 0
    /// Lookups that were given up as too many waited.
    var evictedLookups = 0
  }

  /// What could not be done since the start.
  private(set) var losses = Losses()
  private let config: DNSConfig
  private let processes: ProcessTable
  private let names: PeerNames
  private var pending: PendingLookups
  private var durations = LookupDurations()
  private var writer: DNSLookupWriter
  private var name = ByteBuffer(minimumCapacity: DNSName.textLimit)
  private var answers = DNSAnswers()

  /// A monitor that lets `capacity` lookups wait, and gives what it learns of addresses to `names`.
  init(_ config: DNSConfig, _ processes: ProcessTable, _ names: PeerNames, capacity: Int) {
    self.config = config
    self.processes = processes
    self.names = names
    pending = PendingLookups(capacity: capacity, timeout: config.timeout)
    writer = DNSLookupWriter(config.questionNames, processes)
  }

  /// The number of lookups that wait.
  var pendingCount: Int { pending.count }

  /// Takes one record; false where it is malformed.
  func take(_ record: Span<UInt8>, _ head: ProbeHead, _ output: inout ProbeOutput) -> Bool {
    guard let packet = DNSPacket(record, head) else { return false }
    do throws(DNSError) {
      let message = try DNSMessageView(record.extracting(packet.message))
      if packet.isAnswer {
        try answer(message, packet, at: head.time, &output)
      } else {
        try ask(message, packet, head, record.extracting(packet.command))
      }
    } catch {
      losses.unreadableMessages += 1
    }
    expire(at: head.time, &output)
    return true
  }

  /// Ends the lookups that have waited too long; `time` is in nanoseconds since boot.
  func expire(at time: UInt64, _ output: inout ProbeOutput) {
    while let lookup = pending.expireOne(at: time) {
      finish(lookup, .timedOut, at: lookup.asked &+ pending.timeout, isUnanswered: true, &output)
    }
  }

  /// Writes the metrics.
  func writeMetrics(to metrics: inout MetricsWriter) {
    durations.write(to: &metrics)
  }

  private func ask(
    _ message: DNSMessageView, _ packet: DNSPacket, _ head: ProbeHead, _ command: Span<UInt8>
  ) throws(DNSError) {
    guard let question = message.question else { return }
    try readName(message, at: question.nameOffset)
    let lookup = DNSLookup(
      process: head.pid == 0 ? nil : asker(head, command), began: head.time, asked: head.time,
      name: ByteSlice(copying: name.span), type: question.type, server: packet.remote,
      serverPort: packet.remotePort, isStream: packet.isStream)
    let key = PendingLookups.Key(
      cookie: packet.cookie, id: message.header.id, type: question.type, name: name.span)
    if pending.ask(key, lookup) != nil { losses.evictedLookups += 1 }
  }

  /// The process that asks; what the record tells of it is kept where /proc does not know it any more.
  private func asker(_ head: ProbeHead, _ command: Span<UInt8>) -> ProcessKey {
    let key = ProcessKey(pid: head.pid, startNanoseconds: head.start)
    guard processes.look(up: key) == nil else { return key }
    var image = ProcessImage()
    image.command = ByteSlice(copying: command)
    image.user = head.user
    image.cgroupID = head.controlGroup
    image.execSequence = head.execSequence
    _ = processes.note(key, image)
    return key
  }

  private func answer(
    _ message: DNSMessageView, _ packet: DNSPacket, at time: UInt64, _ output: inout ProbeOutput
  ) throws(DNSError) {
    guard let question = try DNSMonitor.question(of: message) else { return }
    try readName(message, at: question.nameOffset)
    let key = PendingLookups.Key(
      cookie: packet.cookie, id: message.header.id, type: question.type, name: name.span)
    guard let lookup = pending.answer(key, name: name.span) else {
      losses.unmatchedAnswers += 1
      return
    }
    answers.read(message) { address, timeToLive in
      // A server may allow years; addresses change hands sooner.
      let life = UInt64(min(timeToLive, 86_400)) * 1_000_000_000
      names.note(lookup.name.span, for: address, at: time, life: life)
    }
    let outcome = DNSOutcome.answered(
      message.responseCode, isTruncated: message.header.isTruncated)
    finish(lookup, outcome, at: time, isUnanswered: false, &output)
  }

  private func finish(
    _ lookup: DNSLookup, _ outcome: DNSOutcome, at time: UInt64, isUnanswered: Bool,
    _ output: inout ProbeOutput
  ) {
    let nanoseconds = time > lookup.began ? time - lookup.began : 0
    durations.add(lookup.type, outcome, nanoseconds: nanoseconds)
    guard config.writesLogs, config.tells(of: lookup.name.span) else { return }
    writer.open(lookup, outcome, nanoseconds: nanoseconds, &output)
    if !isUnanswered, config.questionNames == .full { writer.add(answers, &output) }
    output.logs.close()
  }

  private func readName(_ message: DNSMessageView, at offset: Int) throws(DNSError) {
    name.truncate(to: 0)
    _ = try DNSName.append(from: message.bytes, at: offset, to: &name)
  }

  /// What a message answers: answers of multicast DNS repeat no question, their first record tells it.
  private static func question(of message: DNSMessageView) throws(DNSError) -> DNSQuestion? {
    if let question = message.question { return question }
    var records = message.records
    return try records.next().map {
      DNSQuestion(nameOffset: $0.nameOffset, type: $0.type, classNumber: $0.classNumber)
    }
  }
}
