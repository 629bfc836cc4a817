internal import Bytes
internal import DNS
internal import Diagnostics
internal import Identity
internal import Telemetry

/// What a monitor of lookups does and what it knows meanwhile.
struct DNSWork: ~Copyable {
  /// What could not be done since the start.
  private(set) var losses = DNSMonitor.Losses()
  private let tellsAnswers: Bool
  private let processes: ProcessTable
  /// Who wants to know the names of addresses.
  private let names: PeerNames?
  /// The most bytes of names that are too long for a place of their own.
  private let longByteLimit: Int
  private var numbers = QuestionNumbers()
  private var questions: KnownQuestions
  private var pending: PendingLookups
  private var durations = LookupDurations()
  private var writer: DNSLookupWriter
  private var answers = DNSAnswers()
  /// The last asker, who is known in this round.
  private var asker = ProcessKey(pid: 0, startTicks: 0)
  private var round: UInt64 = 0

  init(
    _ config: DNSConfig, _ processes: ProcessTable, _ names: PeerNames?,
    _ limits: DNSMonitor.Limits
  ) {
    tellsAnswers = config.questionNames == .full
    self.processes = processes
    self.names = names
    longByteLimit = limits.longByteCount
    questions = KnownQuestions(config, wantsNames: names != nil)
    pending = PendingLookups(capacity: limits.lookupCount, timeout: config.timeout)
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
        try ask(message, packet, head, record, output.observed)
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
      finish(lookup, .timedOut, at: lookup.asked &+ pending.timeout, &output)
    }
  }

  /// Writes the metrics.
  func writeMetrics(to metrics: inout MetricsWriter) {
    durations.write(to: &metrics)
  }

  private mutating func ask(
    _ message: DNSMessageView, _ packet: DNSPacket, _ head: ProbeHead, _ record: Span<UInt8>,
    _ round: UInt64
  ) throws(DNSError) {
    guard let question = message.question else { return }
    let number = try numbers.number(message.bytes, question)
    let process = ProcessKey(pid: head.pid, startNanoseconds: head.start)
    if head.pid != 0, process != asker || round != self.round {
      know(process, head, record)
      (asker, self.round) = (process, round)
    }
    let key = PendingLookups.Key(
      cookie: packet.cookie, id: message.header.id, question: number)
    if pending.askAgain(key, at: head.time) { return }
    let place = try questions.hold(number, message.bytes, question)
    let lookup = DNSLookup(
      process: process, began: head.time, asked: head.time, question: Int32(place),
      server: DNSServer(
        address: packet.remote, port: packet.remotePort, isStream: packet.isStream))
    if let evicted = pending.ask(key, lookup) { giveUp(evicted) }
    while questions.longByteCount > longByteLimit, let oldest = pending.removeOldest() {
      giveUp(oldest)
    }
  }

  private mutating func giveUp(_ lookup: DNSLookup) {
    questions.letGo(of: Int(lookup.question))
    losses.evictedLookups += 1
  }

  /// Keeps what the record tells of the asker where /proc does not know it any more.
  private func know(_ key: ProcessKey, _ head: ProbeHead, _ record: Span<UInt8>) {
    guard processes.look(up: key) == nil else { return }
    var image = ProcessImage()
    image.command = ByteSlice(copying: record.extracting(DNSPacket.command(record)))
    image.user = head.user
    image.cgroupID = head.controlGroup
    image.execSequence = head.execSequence
    _ = processes.note(key, image)
  }

  private mutating func answer(
    _ message: DNSMessageView, _ packet: DNSPacket, at time: UInt64, _ output: inout ProbeOutput
  ) throws(DNSError) {
    guard let question = try DNSWork.question(of: message) else { return }
    let number = try numbers.number(message.bytes, question)
    let key = PendingLookups.Key(
      cookie: packet.cookie, id: message.header.id, question: number)
    guard let lookup = pending.answer(key) else {
      losses.unmatchedAnswers += 1
      return
    }
    let place = Int(lookup.question)
    if let names {
      let name = questions.name(at: place)
      answers.read(message) { address, timeToLive in
        // A server may allow years; addresses change hands sooner.
        let life = UInt64(min(timeToLive, 86_400)) * 1_000_000_000
        names.note(name, number.second, for: address, at: time, life: life)
      }
    } else if tellsAnswers, questions.isTold(at: place) {
      answers.read(message) { _, _ in }
    }
    let outcome = DNSOutcome.answered(
      message.responseCode, isTruncated: message.header.isTruncated)
    finish(lookup, outcome, at: time, &output)
  }

  private mutating func finish(
    _ lookup: DNSLookup, _ outcome: DNSOutcome, at time: UInt64, _ output: inout ProbeOutput
  ) {
    let nanoseconds = time > lookup.began ? time - lookup.began : 0
    let place = Int(lookup.question)
    durations.add(questions.type(at: place), outcome, nanoseconds: nanoseconds)
    if questions.isTold(at: place) {
      if outcome == .timedOut || !tellsAnswers { answers.clear() }
      writer.write(lookup, outcome, nanoseconds: nanoseconds, questions, answers, &output)
    }
    questions.letGo(of: place)
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
