internal import Bytes

/// A request's body on its way into one block of memory.
struct BodyCollector: ~Copyable {
  /// What is asked for first when the length is not known.
  private static let firstBlock = 16 * 1024

  private let limit: Int
  private let admit: (Int) -> Bool
  private var buffer = ByteBuffer()
  private var admitted = 0

  init(limit: Int, admit: @escaping (Int) -> Bool) {
    self.limit = limit
    self.admit = admit
  }

  /// Makes room for a body of the declared length, if it is known; nil is success.
  mutating func begin(declared: Int?) -> HTTPBodyError? {
    guard let declared else { return nil }
    guard declared <= limit else { return .tooLarge }
    guard declared > 0 else { return nil }
    guard admit(declared) else { return .refused }
    admitted = declared
    buffer = ByteBuffer(minimumCapacity: declared)
    return nil
  }

  /// Keeps the next bytes; nil is success.
  mutating func append(_ bytes: Span<UInt8>) -> HTTPBodyError? {
    let needed = buffer.count + bytes.count
    guard needed <= limit else { return .tooLarge }
    if needed > admitted {
      let wanted = min(limit, max(needed, admitted * 2, BodyCollector.firstBlock))
      guard admit(wanted) else { return .refused }
      admitted = wanted
      buffer.reserve(wanted - buffer.count)
    }
    buffer.append(bytes)
    return nil
  }

  mutating func finish() -> ByteSlice {
    buffer.takeSlice()
  }
}
