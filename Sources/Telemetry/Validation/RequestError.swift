public import Bytes

/// Why the bytes of a request are refused as a whole, and where.
public struct RequestError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong with a request.
  public enum Reason: Sendable, Equatable {
    /// The bytes are not the message that they should be.
    case wire(WireError.Reason)
    /// More items are invalid than are told one from the other.
    case tooManyInvalidItems
  }

  /// The names of the fields that lead to the place, joined by dots; empty for the request itself.
  public let path: String
  /// What is wrong.
  public let reason: Reason
  /// Where in the request's bytes, from 0.
  public let offset: Int

  /// The error `reason` in the field at `path`, `offset` bytes into the request.
  public init(_ reason: Reason, path: String, offset: Int) {
    self.reason = reason
    self.path = path
    self.offset = offset
  }

  /// The field, the reason and the offset, as a sender can be told.
  public var description: String {
    let text =
      switch reason {
      case .wire(let reason): reason.rawValue
      case .tooManyInvalidItems:
        "more than \(RequestValidator.maximumRejectedItems) items are invalid"
      }
    return "\(path.isEmpty ? "request" : path): \(text) at offset \(offset)"
  }
}
