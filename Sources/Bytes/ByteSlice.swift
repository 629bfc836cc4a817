/// An immutable, reference-counted range of bytes.
///
/// Copying a slice or taking a part of it never copies bytes. The memory behind it lives as long
/// as any slice of it does.
@safe
public struct ByteSlice: Sendable {
  private let storage: ByteStorage?
  private let start: Int

  /// The number of bytes.
  public let count: Int

  /// A slice without bytes.
  public static let empty = ByteSlice(storage: nil, start: 0, count: 0)

  init(storage: ByteStorage?, start: Int, count: Int) {
    self.storage = storage
    self.start = start
    self.count = count
  }

  /// A slice that owns a copy of `bytes`.
  ///
  /// - Complexity: O(n)
  public init(copying bytes: Span<UInt8>) {
    var buffer = ByteBuffer(minimumCapacity: bytes.count)
    buffer.append(bytes)
    self = buffer.takeSlice()
  }

  /// A slice that owns a copy of `bytes`.
  ///
  /// - Complexity: O(n)
  public init(_ bytes: [UInt8]) {
    self.init(copying: bytes.span)
  }

  /// A slice that owns a copy of `text` in UTF-8.
  ///
  /// - Complexity: O(n)
  public init(_ text: String) {
    self.init(copying: Array(text.utf8).span)
  }

  /// Whether there are no bytes.
  public var isEmpty: Bool { count == 0 }

  /// The size of the whole block that this slice keeps alive, in bytes.
  public var retainedByteCount: Int { storage?.capacity ?? 0 }

  /// The bytes, borrowed.
  public var span: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      guard let storage else { return Span() }
      // The storage outlives the borrow of `self`, which holds a reference to it.
      let span = unsafe Span(_unsafeStart: storage.base + start, count: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// The bytes of `range`, sharing this slice's memory.
  ///
  /// - Precondition: `range` lies within `0..<count`.
  public subscript(range: Range<Int>) -> ByteSlice {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the slice")
    return ByteSlice(storage: storage, start: start + range.lowerBound, count: range.count)
  }

  /// The address of the first byte, for handing to system calls while the slice is kept alive.
  public var baseAddress: UnsafePointer<UInt8>? {
    guard let storage else { return nil }
    return unsafe UnsafePointer(storage.base + start)
  }

  /// Where the bytes lie, which is no other slice's as long as this one is kept; 0 without bytes.
  public var place: UInt {
    // A number that is compared only.
    unsafe UInt(bitPattern: baseAddress)
  }

  /// A copy of the bytes.
  ///
  /// - Complexity: O(n)
  public var array: [UInt8] { Array(copying: span) }

  /// The bytes read as UTF-8; what is not UTF-8 becomes U+FFFD.
  ///
  /// - Complexity: O(n)
  public var text: String { String(copying: span) }
}

extension ByteSlice: Equatable {
  /// Whether both slices hold the same bytes.
  public static func == (left: ByteSlice, right: ByteSlice) -> Bool {
    left.span.isEqual(to: right.span)
  }
}

extension ByteSlice {
  /// Whether the slice holds these bytes.
  public func isEqual(to bytes: Span<UInt8>) -> Bool { span.isEqual(to: bytes) }
}

extension ByteSlice: CustomStringConvertible {
  /// The number of bytes; never the bytes, which may be a secret.
  public var description: String { "ByteSlice(\(count) bytes)" }
}
