public import Bytes

/// How a call ended: a code, words for people, and details for programs.
public struct GRPCStatus: Error, Sendable, Equatable {
  /// The code.
  public var code: GRPCStatusCode
  /// What happened, for people.
  public var message: String
  /// The bytes of a `google.rpc.Status` message, if there is one.
  public var details: ByteSlice?

  /// A status of these parts.
  public init(_ code: GRPCStatusCode, _ message: String = "", details: ByteSlice? = nil) {
    self.code = code
    self.message = message
    self.details = details
  }

  /// Success.
  public static let ok = GRPCStatus(.ok)
}

extension GRPCStatus: CustomStringConvertible {
  /// The code's name and the message.
  public var description: String { message.isEmpty ? code.name : "\(code.name): \(message)" }
}
