/// Why a stream or a connection ended, as RFC 9113 section 7 numbers it.
public struct HTTP2ErrorCode: RawRepresentable, Hashable, Sendable {
  /// The number on the wire.
  public let rawValue: UInt32

  /// The code with this number; numbers that RFC 9113 does not name are kept.
  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// Ended without an error.
  public static let noError = HTTP2ErrorCode(rawValue: 0x0)
  /// The peer broke the protocol.
  public static let protocolError = HTTP2ErrorCode(rawValue: 0x1)
  /// The sender of the code failed.
  public static let internalError = HTTP2ErrorCode(rawValue: 0x2)
  /// The peer sent more than its window.
  public static let flowControlError = HTTP2ErrorCode(rawValue: 0x3)
  /// Settings were not acknowledged in time.
  public static let settingsTimeout = HTTP2ErrorCode(rawValue: 0x4)
  /// A frame came for a stream that was half closed.
  public static let streamClosed = HTTP2ErrorCode(rawValue: 0x5)
  /// A frame has the wrong size.
  public static let frameSizeError = HTTP2ErrorCode(rawValue: 0x6)
  /// The stream was not processed and may be tried again.
  public static let refusedStream = HTTP2ErrorCode(rawValue: 0x7)
  /// The stream is no longer wanted.
  public static let cancel = HTTP2ErrorCode(rawValue: 0x8)
  /// The header compression state is lost.
  public static let compressionError = HTTP2ErrorCode(rawValue: 0x9)
  /// The connection of a CONNECT request failed.
  public static let connectError = HTTP2ErrorCode(rawValue: 0xA)
  /// The peer asks for more than it may.
  public static let enhanceYourCalm = HTTP2ErrorCode(rawValue: 0xB)
  /// The transport is not secure enough.
  public static let inadequateSecurity = HTTP2ErrorCode(rawValue: 0xC)
  /// HTTP/1.1 is required.
  public static let http11Required = HTTP2ErrorCode(rawValue: 0xD)
}

extension HTTP2ErrorCode: CustomStringConvertible {
  /// The name that RFC 9113 section 7 gives the code.
  public var description: String {
    let names = [
      "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT",
      "STREAM_CLOSED", "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR",
      "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
    ]
    return rawValue < names.count ? names[Int(rawValue)] : "error code \(rawValue)"
  }
}
