internal import Bytes
internal import Procfs

/// What /proc/cpuinfo tells of the processors.
struct ProcessorTable {
  /// Each logical CPU's number and frequency in Hz; a machine that states none has none here.
  private(set) var frequencies: [(number: Int, hertz: Double)] = []
  private var cores: Set<UInt64> = []
  private var logicalCount = 0

  /// The number of cores; that of logical CPUs where the file does not tell cores apart.
  var physicalCount: Int { cores.isEmpty ? logicalCount : cores.count }

  /// Reads the text of /proc/cpuinfo into the memory that is there.
  mutating func read(_ text: Span<UInt8>) {
    frequencies.removeAll(keepingCapacity: true)
    cores.removeAll(keepingCapacity: true)
    logicalCount = 0
    var number = 0
    var package: UInt64 = 0
    var cursor = TextCursor(text)
    repeat {
      let first = cursor.word()
      let second = cursor.word()
      guard cursor.skipsColon(after: first, second) else { continue }
      let value = cursor.word()
      if first.isEqual(to: "processor"), let decimal = value.decimal, decimal < 1 << 20 {
        number = Int(decimal)
        logicalCount += 1
      } else if first.isEqual(to: "cpu"), second.isEqual(to: "MHz") {
        if let megahertz = value.decimalFraction { frequencies.append((number, megahertz * 1e6)) }
      } else if first.isEqual(to: "physical"), second.isEqual(to: "id") {
        package = value.decimal ?? 0
      } else if first.isEqual(to: "core"), second.isEqual(to: "id"), let core = value.decimal {
        cores.insert(package << 32 | (core & 0xFFFF_FFFF))
      }
    } while cursor.nextLine()
  }
}

extension TextCursor {
  /// Moves behind the colon of a line of which two words were read; one of them may be the colon.
  fileprivate mutating func skipsColon(after first: Span<UInt8>, _ second: Span<UInt8>) -> Bool {
    second.isEqual(to: ":") || skip(behind: UInt8(ascii: ":"))
  }
}
