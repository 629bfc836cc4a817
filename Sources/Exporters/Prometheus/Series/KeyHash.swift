/// A keyed hash of 64 bits over bytes and numbers, by folded multiplication.
///
/// The key differs from process to process, so that nobody can choose labels that collide. Two of a
/// million series are taken for one with a probability of 3 in 100 million.
struct KeyHash {
  private static let key: (UInt64, UInt64, UInt64) = (
    .random(in: 1...UInt64.max), .random(in: 1...UInt64.max), .random(in: 1...UInt64.max)
  )

  private var state: UInt64

  /// A hash that begins with `seed`.
  @inline(__always)
  init(_ seed: UInt64 = 0) {
    state = seed ^ KeyHash.key.0
  }

  /// The hash so far; never 0.
  @inline(__always)
  var value: UInt64 { max(1, KeyHash.fold(state ^ KeyHash.key.2, KeyHash.key.1)) }

  @inline(__always)
  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }

  /// Takes a number in.
  @inline(__always)
  mutating func combine(_ number: UInt64) {
    state = KeyHash.fold(state ^ number, KeyHash.key.1 ^ state.byteSwapped)
  }

  /// Takes bytes in, and how many they are.
  @inline(__always)
  mutating func combine(_ bytes: Span<UInt8>) {
    var mixed = state
    let (first, second) = (KeyHash.key.1, KeyHash.key.2)
    unsafe bytes.withUnsafeBufferPointer { buffer in
      let raw = UnsafeRawBufferPointer(buffer)
      var offset = 0
      // Each load ends at most at `count`.
      while offset + 16 <= raw.count {
        let left = unsafe raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        let right = unsafe raw.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
        mixed = KeyHash.fold(left ^ first, right ^ mixed)
        offset += 16
      }
      var (left, right): (UInt64, UInt64) = (0, 0)
      if offset + 8 <= raw.count {
        left = unsafe raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        offset += 8
      }
      while offset < raw.count {
        right = right << 8 | UInt64(unsafe raw[offset])
        offset += 1
      }
      mixed = KeyHash.fold(left ^ second, right ^ mixed)
    }
    state = KeyHash.fold(mixed ^ UInt64(bytes.count), first)
  }
}
