internal import EBPF

/// Gives records off the rings to the capabilities that they belong to, and counts them.
///
/// A value of its own, so that a batch of records is one access of the session.
struct ProbeIntake: ~Copyable {
  /// The capability that a program's number belongs to, by sixteens.
  private var owners: [(any ProbeCapability)?]
  /// Records read since the start, by program, and those of them that could not be understood.
  private(set) var taken = [Int](repeating: 0, count: LossAccount.programCount)
  private(set) var malformed = [Int](repeating: 0, count: LossAccount.programCount)
  /// Records told of since the last request.
  private var records = [Int](repeating: 0, count: LossAccount.programCount)

  /// An intake for these capabilities.
  init(_ capabilities: [any ProbeCapability]) {
    owners = Array(repeating: nil, count: LossAccount.programCount / 16)
    for capability in capabilities { owners[capability.programBase / 16] = capability }
  }

  /// Lets the capabilities see what the next two batches of `limit` records will bring.
  func lookAhead(_ ring: RingReader, limit: Int) {
    ring.lookAhead(limit: 2 * limit) { record in
      guard let head = ProbeHead(record), Int(head.program) < LossAccount.programCount else {
        return
      }
      owners[Int(head.program) / 16]?.foresee(record, head)
    }
  }

  /// Takes up to `limit` records; returns how many there were.
  mutating func drain(_ ring: RingReader, limit: Int, _ output: inout ProbeOutput) -> Int {
    ring.drain(limit: limit) { record in
      take(record, &output)
      return true
    }
  }

  /// The records told of, by program, since the last call.
  mutating func takeRecords() -> [Int] {
    let taken = records
    for index in records.indices { records[index] = 0 }
    return taken
  }

  private mutating func take(_ record: Span<UInt8>, _ output: inout ProbeOutput) {
    guard let head = ProbeHead(record), Int(head.program) < LossAccount.programCount,
      let owner = owners[Int(head.program) / 16]
    else {
      // The number is the only thing that can tell whose it was.
      let program = record.count > 5 ? Int(record[5]) % LossAccount.programCount : 0
      taken[program] &+= 1
      malformed[program] &+= 1
      return
    }
    let program = Int(head.program)
    taken[program] &+= 1
    if owner.take(record.extracting(0..<head.size), head, &output) {
      records[program] &+= 1
    } else {
      malformed[program] &+= 1
    }
  }
}
