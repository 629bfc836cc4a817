public import Bytes

/// Checks the bytes of a whole request in one pass, without decoding it.
///
/// It checks what protobuf and OTLP ask of every byte: lengths, wire types, nesting, UTF-8 where the
/// schema says text, the lengths of ids. Fields without a schema are stepped over and kept; groups
/// are refused. A valid request costs no allocation.
public enum RequestValidator {
  /// The most messages that may be nested, the request included; protobuf's own limit.
  public static let maximumDepth = 100
  /// The most items that are rejected one by one; a request with more is refused as a whole.
  ///
  /// It bounds the memory that a request of empty spans, two bytes each, can cost.
  public static let maximumRejectedItems = 65_536

  /// Checks `bytes` as a request of `signal` and counts its items.
  ///
  /// - Throws: where the bytes as a whole are not such a request; what is wrong with a single item
  ///   is told by `ValidatedRequest.rejected`.
  /// - Complexity: O(bytes)
  public static func validate(
    _ bytes: ByteSlice, signal: Signal
  ) throws(RequestError) -> ValidatedRequest {
    let table = ValidationTable.shared
    let message = table.requestNumber(signal)
    var result = ValidatedRequest(signal: signal, bytes: bytes, itemCount: 0, rejected: [])
    var failure: RequestError?
    // The walk is over when the closures end, and so is its use of both buffers.
    unsafe bytes.span.withUnsafeBufferPointer { bytes in
      unsafe table.entries.withUnsafeBufferPointer { entries in
        guard let base = bytes.baseAddress, let entries = entries.baseAddress else { return }
        var walk = unsafe RequestWalk(base: base, entries: entries, roles: table.roles)
        if walk.walk(0, bytes.count, message: message, depth: 1) {
          result = walk.takeResult(result)
        } else {
          failure = walk.error(table)
        }
      }
    }
    if let failure { throw failure }
    return result
  }
}
