internal import Bytes
internal import DNS
internal import Telemetry

/// The questions asked lately, made into text once: programs ask for the same names again and again.
///
/// A question is a place in flat tables, so that handing it around touches no counter. While a lookup of it waits it is held
/// and keeps its place; afterwards it stays until its place is wanted.
struct KnownQuestions: ~Copyable {
  /// What a log record tells of a question lies in one such cell; what is longer is kept as long as a lookup waits.
  private static let cellByteCount = 128
  /// How many places are looked at for one that can be had, so that a flood of new names costs each of them no more.
  private static let searchLimit = 64

  private struct Slot {
    var number = QuestionNumber(first: 0, second: 0)
    var type = DNSRecordType.a
    /// How many lookups of it wait.
    var holders: Int32 = 0
    /// The bytes in its cell; zero where they did not fit.
    var byteCount: UInt8 = 0
    var isTold = false
    /// Whether it stays when no lookup waits.
    var stays = false
    var wasUsed = false
  }

  /// How many questions stay without a lookup that waits.
  let capacity: Int
  /// The bytes of what did not fit into cells, and of the names themselves where they are wanted.
  private(set) var longByteCount = 0
  private let config: DNSConfig
  private let wantsNames: Bool
  private var index: SlotIndex
  private var slots: [Slot] = []
  private var cells: [UInt8] = []
  private var long: [Int: ByteSlice] = [:]
  /// The names by themselves; empty where nobody wants them.
  private var names: [String] = []
  private var free: [Int] = []
  private var stayingCount = 0
  private var hand = 0

  /// A table of so many questions; with `wantsNames` it has their names as strings too.
  init(_ config: DNSConfig, wantsNames: Bool, capacity: Int = 2048) {
    self.config = config
    self.wantsNames = wantsNames
    self.capacity = capacity
    index = SlotIndex(capacity: capacity)
  }

  /// How many questions are known.
  var count: Int { slots.count - free.count }

  /// The type that is asked for.
  func type(at place: Int) -> DNSRecordType { slots[place].type }

  /// Whether lookups of it are told one by one.
  func isTold(at place: Int) -> Bool { slots[place].isTold }

  /// The name, lower case; empty where names are not wanted.
  func name(at place: Int) -> String { wantsNames ? names[place] : "" }

  /// The number of bytes that `append` appends.
  func byteCount(at place: Int) -> Int {
    let count = Int(slots[place].byteCount)
    return count > 0 ? count : long[place]?.count ?? 0
  }

  /// Gives the open record what is told of the question.
  func append(at place: Int, to logs: inout LogsWriter) {
    let count = Int(slots[place].byteCount)
    if count > 0 {
      let start = place * KnownQuestions.cellByteCount
      logs.attributes(cells.span.extracting(start..<start + count))
    } else if let bytes = long[place] {
      logs.attributes(bytes.span)
    }
  }

  /// Holds the question with this number until it is let go; `message` has its name.
  ///
  /// - Returns: Its place.
  mutating func hold(
    _ number: QuestionNumber, _ message: Span<UInt8>, _ question: DNSQuestion
  ) throws(DNSError) -> Int {
    let place: Int
    if let known = find(number) {
      place = known
    } else {
      place = try add(number, message, question)
    }
    slots[place].holders += 1
    slots[place].wasUsed = true
    return place
  }

  /// Ends what `hold` began.
  mutating func letGo(of place: Int) {
    slots[place].holders -= 1
    if slots[place].holders == 0, !slots[place].stays { remove(at: place) }
  }

  @inline(__always)
  private func find(_ number: QuestionNumber) -> Int? {
    index.find(number.first) { slots[$0].number == number }
  }

  private mutating func add(
    _ number: QuestionNumber, _ message: Span<UInt8>, _ question: DNSQuestion
  ) throws(DNSError) -> Int {
    var name = ByteBuffer(minimumCapacity: 64)
    _ = try DNSName.append(from: message, at: question.nameOffset, to: &name)
    let attributes = encode(name.span, question.type)
    let fits = attributes.count <= KnownQuestions.cellByteCount
    var slot = Slot()
    slot.number = number
    slot.type = question.type
    slot.isTold = config.writesLogs && config.tells(of: name.span)
    slot.byteCount = fits ? UInt8(attributes.count) : 0
    slot.stays = fits && makeRoom()
    if slot.stays { stayingCount += 1 }
    let place = takePlace()
    slots[place] = slot
    index.insert(number.first, at: place)
    if fits {
      let start = place * KnownQuestions.cellByteCount
      for offset in 0..<attributes.count { cells[start + offset] = attributes.span[offset] }
    } else {
      long[place] = attributes
      longByteCount += attributes.count + (wantsNames ? name.count : 0)
    }
    if wantsNames { names[place] = String(copying: name.span) }
    return place
  }

  private func encode(_ name: Span<UInt8>, _ type: DNSRecordType) -> ByteSlice {
    var attributes = ByteBuffer(minimumCapacity: 128)
    let field = LogsWriter.attributesField
    switch config.questionNames {
    case .full: attributes.appendAttribute("dns.question.name", name, as: field)
    case .hashed:
      let digest = SHA256.hexDigest(name)
      attributes.appendAttribute(
        "dns.question.name", digest.span.extracting(0..<16), as: field)
    case .off: break
    }
    attributes.appendAttribute("dns.question.type", type.description.utf8Span.span, as: field)
    return attributes.takeSlice()
  }

  private mutating func takePlace() -> Int {
    if let place = free.popLast() { return place }
    slots.append(Slot())
    cells.append(contentsOf: repeatElement(0, count: KnownQuestions.cellByteCount))
    if wantsNames { names.append("") }
    return slots.count - 1
  }

  /// Makes room for one more that stays; false where all that were looked at are in use.
  ///
  /// Everyone gets a second chance.
  private mutating func makeRoom() -> Bool {
    guard stayingCount >= capacity else { return true }
    for _ in 0..<KnownQuestions.searchLimit {
      hand = hand + 1 < slots.count ? hand + 1 : 0
      guard slots[hand].stays, slots[hand].holders == 0 else { continue }
      if !slots[hand].wasUsed {
        remove(at: hand)
        return true
      }
      slots[hand].wasUsed = false
    }
    return false
  }

  private mutating func remove(at place: Int) {
    index.remove(at: place)
    if slots[place].stays {
      slots[place].stays = false
      stayingCount -= 1
    }
    if let bytes = long.removeValue(forKey: place) {
      longByteCount -= bytes.count + (wantsNames ? names[place].utf8.count : 0)
    }
    if wantsNames { names[place] = "" }
    free.append(place)
  }
}
