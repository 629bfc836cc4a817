/// Why a message was refused: the connection cannot be used for another message afterwards.
public struct HTTP1Error: Error, Sendable, Equatable {
  /// The status to answer a request with; 502 when it was a response that is wrong.
  public let status: Int
  /// What is wrong and where, fit for a log line or an error body; holds no bytes of the message.
  public let reason: String

  /// An error with a status and its reason.
  public init(status: Int, reason: String) {
    self.status = status
    self.reason = reason
  }

  static func bad(_ reason: String) -> HTTP1Error { HTTP1Error(status: 400, reason: reason) }

  static func tooLarge(_ reason: String) -> HTTP1Error { HTTP1Error(status: 431, reason: reason) }

  /// The same error as a client sees it in a response.
  var ofResponse: HTTP1Error { HTTP1Error(status: 502, reason: "response: " + reason) }
}

extension HTTP1Error: CustomStringConvertible {
  /// The status and the reason.
  public var description: String { "\(status): \(reason)" }
}
