/// Why a request's body could not be had.
public enum HTTPBodyError: Error, Sendable, Equatable {
  /// It is larger than the limit; answer 413.
  case tooLarge
  /// The admission refused it; answer 503 or 429.
  case refused
  /// The peer went away or broke the protocol; nobody hears an answer.
  case cancelled
}

extension HTTPBodyError: CustomStringConvertible {
  /// The reason in words.
  public var description: String {
    switch self {
    case .tooLarge: "the request's body is larger than the limit"
    case .refused: "there is no room for the request's body"
    case .cancelled: "the request was given up by its sender"
    }
  }
}
