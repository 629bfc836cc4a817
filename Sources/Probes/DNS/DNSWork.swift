internal import Bytes
internal import DNS
internal import Diagnostics
internal import Identity
internal import Telemetry

/// What a monitor of lookups does and what it knows meanwhile.
struct DNSWork: ~Copyable {
  /// What could not be done since the start.
  private(set) var losses = DNSMonitor.Losses()
  private let config: DNSConfig
  private let processes: ProcessTable
  private let names: PeerNames
  private var questions: KnownQuestions
  private var pending: PendingLookups
  private var durations = LookupDurations()
  private var writer: DNSLookupWriter
  private var answers = DNSAnswers()

  init(_ config: DNSConfig, _ processes: ProcessTable, _ names: PeerNames, capacity: Int) {
    self.config = config
    self.processes = processes
    self.names = names
    questions = KnownQuestions(config)
    pending = PendingLookups(capacity: capacity, timeout: config.timeout)
    writer = DNSLookupWriter(processes)
  }

  /// The number of lookups that wait.
  var pendingCount: Int { pending.count }

  /// Takes one record; false where it is malformed.
  mutating func take(
    _ record: Span<UInt8>, _ head: ProbeHead, _ output: inout ProbeOutput
  ) -> Bool {
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
  mutating func expire(at time: UInt64, _ output: inout ProbeOutput) {
    while let lookup = pending.expireOne(at: time) {
      finish(lookup, .timedOut, at: lookup.asked &+ pending.timeout, isUnanswered: true, &output)
    }
  }

  /// Writes the metrics.
  func writeMetrics(to metrics: inout MetricsWriter) {
    durations.write(to: &metrics)
  }

  private mutating func ask(
    _ message: DNSMessageView, _ packet: DNSPacket, _ head: ProbeHead, _ command: Span<UInt8>
  ) throws(DNSError) {
    guard let question = message.question else { return }
    let known = try questions.find(message.bytes, at: question.nameOffset, question.type)
    let lookup = DNSLookup(
      process: head.pid == 0 ? nil : asker(head, command), began: head.time, asked: head.time,
      question: known, server: packet.remote, serverPort: packet.remotePort,
      isStream: packet.isStream)
    let key = PendingLookups.Key(cookie: packet.cookie, id: message.header.id, known)
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

  private mutating func answer(
    _ message: DNSMessageView, _ packet: DNSPacket, at time: UInt64, _ output: inout ProbeOutput
  ) throws(DNSError) {
    guard let question = try DNSWork.question(of: message) else { return }
    let known = try questions.find(message.bytes, at: question.nameOffset, question.type)
    let key = PendingLookups.Key(cookie: packet.cookie, id: message.header.id, known)
    guard let lookup = pending.answer(key) else {
      losses.unmatchedAnswers += 1
      return
    }
    answers.read(message) { address, timeToLive in
      // A server may allow years; addresses change hands sooner.
      let life = UInt64(min(timeToLive, 86_400)) * 1_000_000_000
      names.note(known.name, known.number.second, for: address, at: time, life: life)
    }
    let outcome = DNSOutcome.answered(
      message.responseCode, isTruncated: message.header.isTruncated)
    finish(lookup, outcome, at: time, isUnanswered: false, &output)
  }

  private mutating func finish(
    _ lookup: DNSLookup, _ outcome: DNSOutcome, at time: UInt64, isUnanswered: Bool,
    _ output: inout ProbeOutput
  ) {
    let nanoseconds = time > lookup.began ? time - lookup.began : 0
    durations.add(lookup.question.type, outcome, nanoseconds: nanoseconds)
    guard lookup.question.isTold else { return }
    writer.open(lookup, outcome, nanoseconds: nanoseconds, &output)
    if !isUnanswered, config.questionNames == .full { writer.add(answers, &output) }
    output.logs.close()
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
