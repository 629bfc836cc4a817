/// Why a request had no response.
public enum TransportError: Error, Sendable, Equatable {
  /// No connection could be made; the words name the target and the reason.
  case cannotConnect(String)
  /// The connection was lost, or given up by the peer, before the response was complete.
  case connectionLost(String)
  /// The response did not come within the request's timeout.
  case timedOut
  /// The response is larger than the limit, in bytes.
  case responseTooLarge(limit: Int)
  /// The peer does not keep to the protocol.
  case protocolError(String)
  /// The client was stopped.
  case stopped

  /// Whether the same request may succeed when it is sent again.
  ///
  /// Bytes that are no answer say nothing about the request: a proxy or a restart may be behind them.
  public var isRetryable: Bool {
    switch self {
    case .cannotConnect, .connectionLost, .timedOut, .protocolError, .stopped: true
    case .responseTooLarge: false
    }
  }
}

extension TransportError: CustomStringConvertible {
  /// What happened, in words.
  public var description: String {
    switch self {
    case .cannotConnect(let reason): reason
    case .connectionLost(let reason): "the connection was lost before the response: \(reason)"
    case .timedOut: "no response came in time"
    case .responseTooLarge(let limit): "the response is larger than \(limit) bytes"
    case .protocolError(let reason): "the peer broke the protocol: \(reason)"
    case .stopped: "the client was stopped"
    }
  }
}
