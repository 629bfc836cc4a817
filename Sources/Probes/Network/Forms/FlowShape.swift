internal import Bytes

/// What decides how the fields of a flow's record lie: which ones there are, and how many bytes their numbers take.
///
/// Records of the same shape differ in the bits of their numbers only.
struct FlowShape: Equatable {
  /// The bytes of each number, in four bits; 0 for one that is not there.
  private var widths: UInt64 = 0
  /// All else: which times there are, which texts, the digits of numbers in texts.
  private var marks: UInt64 = 0

  /// The shape of no record.
  static let none = FlowShape()

  /// The shape of the flow's record.
  @inline(__always)
  init(_ flow: NetworkFlow) {
    flow.tell(&self)
  }

  private init() {}

  /// Whether all numbers have at most eight bytes.
  var isNarrow: Bool {
    // The highest of four bits says 8 or more, one of the others more than that.
    let more = widths << 1 | widths << 2 | widths << 3
    return widths & more & 0x8888_8888_8888_8888 == 0
  }

  /// Where in a table of 64 places it is.
  var place: Int {
    let mixed = (widths ^ marks << 20 ^ marks >> 44) &* 0x9e37_79b9_7f4a_7c15
    return Int(truncatingIfNeeded: mixed >> 58)
  }
}

/// Eleven numbers take 44 bits of `widths`; five times, two truths, two numbers of digits and three texts 63 of `marks`.
extension FlowShape: FlowFields {
  @inline(__always)
  mutating func number(_ blank: FlowBlank, _ key: StaticString, _ value: UInt64, if isThere: Bool) {
    widths = widths << 4 | (isThere ? UInt64(ByteBuffer.varintByteCount(value)) : 0)
  }

  @inline(__always)
  mutating func seconds(
    _ blank: FlowBlank, _ key: StaticString, _ count: UInt64, of parts: Double, if isThere: Bool
  ) {
    marks = marks << 1 | (isThere ? 1 : 0)
  }

  @inline(__always)
  mutating func id(_ key: StaticString, _ cookie: UInt64, _ opened: UInt64) {
    // There are 16 at most.
    let (first, second) = (cookie.hexadecimalDigitCount, opened.hexadecimalDigitCount)
    marks = marks << 8 | UInt64((first - 1) << 4 | (second - 1))
  }

  @inline(__always)
  mutating func text(_ key: StaticString, _ number: UInt16, _ text: @autoclosure () -> String) {
    marks = marks << 16 | UInt64(number)
  }

  @inline(__always)
  mutating func truth(_ key: StaticString, if isTrue: Bool) {
    marks = marks << 1 | (isTrue ? 1 : 0)
  }
}
