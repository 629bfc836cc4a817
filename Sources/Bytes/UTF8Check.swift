/// Whether bytes are UTF-8 (RFC 3629), many at a time while they are ASCII.
@safe
public enum UTF8Check {
  // Inlinable: asked of every key and text, most of which take less time than a call.
  /// Whether the `count` bytes behind `base` are all below 0x80.
  ///
  /// Loads overlap at the ends, so that no length needs a loop over single bytes.
  @inlinable @inline(__always)
  public static func isASCII(_ base: UnsafePointer<UInt8>, count: Int) -> Bool {
    let raw = unsafe UnsafeRawPointer(base)
    // Every load ends at or before `count`.
    if count >= 16 {
      var all = unsafe raw.loadUnaligned(fromByteOffset: count &- 16, as: SIMD2<UInt64>.self)
      var offset = 0
      while offset &+ 16 < count {
        all |= unsafe raw.loadUnaligned(fromByteOffset: offset, as: SIMD2<UInt64>.self)
        offset &+= 16
      }
      return (all[0] | all[1]) & 0x8080_8080_8080_8080 == 0
    }
    if count >= 8 {
      let first = unsafe raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
      let last = unsafe raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
      return (first | last) & 0x8080_8080_8080_8080 == 0
    }
    if count >= 4 {
      let first = unsafe raw.loadUnaligned(fromByteOffset: 0, as: UInt32.self)
      let last = unsafe raw.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
      return (first | last) & 0x8080_8080 == 0
    }
    if count == 0 { return true }
    return unsafe (base[0] | base[count &>> 1] | base[count &- 1]) < 0x80
  }

  /// The offset of the first byte that is not UTF-8, or nil where all `count` bytes are.
  @inline(never)
  public static func firstInvalid(_ base: UnsafePointer<UInt8>, count: Int) -> Int? {
    let raw = unsafe UnsafeRawPointer(base)
    var offset = 0
    while offset < count {
      // Eight bytes are left, or one is.
      if offset &+ 8 <= count,
        unsafe raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self) & 0x8080_8080_8080_8080
          == 0
      {
        offset &+= 8
        continue
      }
      let first = unsafe base[offset]
      if first < 0x80 {
        offset &+= 1
        continue
      }
      let width = sequenceWidth(first)
      guard width > 0, offset &+ width <= count else { return offset }
      // `width` bytes are left.
      let second = unsafe base[offset &+ 1]
      guard isSecond(second, of: first) else { return offset }
      for index in 2..<max(width, 2) where unsafe base[offset &+ index] & 0xC0 != 0x80 {
        return offset
      }
      offset &+= width
    }
    return nil
  }

  /// The number of bytes in a sequence that begins so; 0 where none does.
  private static func sequenceWidth(_ first: UInt8) -> Int {
    switch first {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 0
    }
  }

  /// Whether `second` may follow `first`: no overlong forms, surrogates or values above U+10FFFF.
  private static func isSecond(_ second: UInt8, of first: UInt8) -> Bool {
    switch first {
    case 0xE0: second >= 0xA0 && second <= 0xBF
    case 0xED: second >= 0x80 && second <= 0x9F
    case 0xF0: second >= 0x90 && second <= 0xBF
    case 0xF4: second >= 0x80 && second <= 0x8F
    default: second & 0xC0 == 0x80
    }
  }
}
