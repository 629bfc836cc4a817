internal import Bytes
internal import CNghttp2
internal import HTTPTypes

/// Fields on their way to nghttp2: one run of text and where in it each field lies.
///
/// Kept by the session and used again, so that a header block costs no allocation.
@safe
struct OutgoingBlock: ~Copyable {
  private var text = ByteBuffer()
  private var lengths: [(name: Int, value: Int)] = []
  // Pointers into `text`, valid only within `withFields`.
  private var fields: [nghttp2_nv] = unsafe []

  mutating func reset() {
    text.truncate(to: 0)
    lengths.removeAll(keepingCapacity: true)
  }

  mutating func append(_ name: StaticString, _ value: String) {
    append(name, value.utf8Span.span)
  }

  mutating func append(_ name: StaticString, _ value: Span<UInt8>) {
    text.append(name)
    text.append(value)
    lengths.append((name.utf8CodeUnitCount, value.count))
  }

  /// Appends a field whose name and value are both known.
  mutating func append(_ name: StaticString, _ value: StaticString) {
    text.append(name)
    text.append(value)
    lengths.append((name.utf8CodeUnitCount, value.utf8CodeUnitCount))
  }

  /// Appends `:status` with the three digits that nghttp2 insists on.
  mutating func append(status: Int) {
    text.append(":status")
    text.appendDecimal(UInt64(min(max(status, 100), 999)))
    lengths.append((7, 3))
  }

  /// Appends the fields, except those that belong to HTTP/1.1 connections only (RFC 9113
  /// section 8.2.2) and `host`, which is the authority here.
  mutating func append(_ more: HTTPFields) {
    more.forEach { name, value in
      if OutgoingBlock.belongsToHTTP1(name) { return }
      text.append(name)
      text.append(value)
      lengths.append((name.count, value.count))
    }
  }

  private static func belongsToHTTP1(_ name: Span<UInt8>) -> Bool {
    switch name.count {
    case 4: name.isEqual(to: "host")
    case 7: name.isEqual(to: "upgrade")
    case 10: name.isEqual(to: "connection") || name.isEqual(to: "keep-alive")
    case 16: name.isEqual(to: "proxy-connection")
    case 17: name.isEqual(to: "transfer-encoding")
    default: false
    }
  }

  /// Calls `body` with the fields as nghttp2 wants them; it copies what it keeps.
  mutating func withFields<Result>(
    _ body: (UnsafePointer<nghttp2_nv>?, Int) -> Result
  ) -> Result {
    // Taken out while it is filled, so that the pointers never outlive this call.
    var fields = unsafe self.fields
    unsafe self.fields = unsafe []
    defer {
      unsafe fields.removeAll(keepingCapacity: true)
      unsafe self.fields = unsafe fields
    }
    return unsafe text.span.withUnsafeBufferPointer { text in
      // nghttp2 does not write through the pointers; its type just lacks the const.
      var next = unsafe UnsafeMutablePointer(mutating: text.baseAddress)
      for length in lengths {
        let value = unsafe next.map { unsafe $0 + length.name }
        unsafe fields.append(
          nghttp2_nv(
            name: next, value: value, namelen: length.name, valuelen: length.value,
            flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)))
        unsafe next = value.map { unsafe $0 + length.value }
      }
      return unsafe fields.withUnsafeBufferPointer { unsafe body($0.baseAddress, $0.count) }
    }
  }
}
