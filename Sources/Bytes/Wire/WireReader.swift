/// Reads protobuf fields one after the other from borrowed bytes, without copying.
///
/// Offsets in errors and ranges count from the start of `bytes`.
public struct WireReader: ~Escapable {
  /// All the bytes, of which those up to `end` are read.
  public let bytes: Span<UInt8>
  /// Where the next field or value begins.
  public private(set) var position: Int
  private let end: Int

  /// A reader of all of `bytes`.
  @inline(__always)
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    position = 0
    end = bytes.count
  }

  /// A reader of the part `range` of `bytes`, such as a nested message's value.
  ///
  /// - Precondition: `range` lies within the bytes.
  @inline(__always)
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>, in range: Range<Int>) {
    precondition(range.upperBound <= bytes.count && range.lowerBound >= 0)
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// Whether all fields have been read.
  @inline(__always)
  public var isAtEnd: Bool { position >= end }

  /// The next field's number and type, nil at the end; its value must be read or skipped next.
  @inline(__always)
  public mutating func nextField() throws(WireError) -> WireField? {
    guard position < end else { return nil }
    let start = position
    let tag = try readVarint()
    let number = tag >> 3
    guard number > 0, number <= 0x1FFF_FFFF else {
      throw WireError(.fieldNumberOutOfRange, at: start)
    }
    guard let type = WireType(rawValue: UInt8(truncatingIfNeeded: tag & 7)) else {
      throw WireError(.unknownWireType, at: start)
    }
    return WireField(number: Int(truncatingIfNeeded: number), type: type)
  }

  /// Reads a varint.
  @inline(__always)
  public mutating func readVarint() throws(WireError) -> UInt64 {
    guard position < end else { throw WireError(.truncated, at: position) }
    // `position` is below `end`, which is at most the number of bytes.
    let first = unsafe bytes[unchecked: position]
    if first < 0x80 {
      position &+= 1
      return UInt64(first)
    }
    return try readLongVarint()
  }

  private mutating func readLongVarint() throws(WireError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    let start = position
    while true {
      guard position < end else { throw WireError(.truncated, at: start) }
      // `position` is below `end`, which is at most the number of bytes.
      let byte = unsafe bytes[unchecked: position]
      position &+= 1
      value |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 {
        guard shift < 63 || byte <= 1 else { throw WireError(.varintTooLong, at: start) }
        return value
      }
      shift &+= 7
      guard shift < 70 else { throw WireError(.varintTooLong, at: start) }
    }
  }

  /// Reads a length and returns where that many bytes lie, moving behind them.
  @inline(__always)
  public mutating func readLength() throws(WireError) -> Range<Int> {
    let start = position
    let length = try readVarint()
    guard length <= UInt64(end &- position) else { throw WireError(.truncated, at: start) }
    let range = unsafe Range(
      uncheckedBounds: (position, position &+ Int(truncatingIfNeeded: length)))
    position = range.upperBound
    return range
  }

  /// Reads eight bytes, low byte first.
  public mutating func readFixed64() throws(WireError) -> UInt64 {
    guard end &- position >= 8 else { throw WireError(.truncated, at: position) }
    var value: UInt64 = 0
    for index in 0..<8 {
      // Eight bytes are left before `end`.
      value |= UInt64(unsafe bytes[unchecked: position &+ index]) &<< UInt64(8 &* index)
    }
    position &+= 8
    return value
  }

  /// Reads four bytes, low byte first.
  public mutating func readFixed32() throws(WireError) -> UInt32 {
    guard end &- position >= 4 else { throw WireError(.truncated, at: position) }
    var value: UInt32 = 0
    for index in 0..<4 {
      // Four bytes are left before `end`.
      value |= UInt32(unsafe bytes[unchecked: position &+ index]) &<< UInt32(8 &* index)
    }
    position &+= 4
    return value
  }

  /// Moves behind a value of this type.
  @inline(__always)
  public mutating func skip(_ type: WireType) throws(WireError) {
    switch type {
    case .varint: _ = try readVarint()
    case .fixed64: try advance(by: 8)
    case .length: _ = try readLength()
    case .fixed32: try advance(by: 4)
    }
  }

  @inline(__always)
  private mutating func advance(by count: Int) throws(WireError) {
    guard end &- position >= count else { throw WireError(.truncated, at: position) }
    position &+= count
  }
}
