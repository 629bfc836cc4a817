internal import Bytes
public import HTTPTypes

/// The heads and trailers of unary calls, as the gRPC protocol document lays them out.
public enum GRPCHeads {
  /// How many characters of a status message are sent; peers limit header lists.
  public static let longestMessage = 1024

  /// The head of a request.
  ///
  /// - Parameters:
  ///   - path: `/package.Service/Method`.
  ///   - timeout: what is left of the caller's patience; nil for no deadline.
  ///   - metadata: the user's fields; names that gRPC keeps for itself are left out.
  public static func request(
    path: String, authority: String, userAgent: String, timeout: Duration? = nil,
    encoding: GRPCEncoding = .identity, acceptEncoding: String? = nil,
    metadata: HTTPFields = .init()
  ) -> HTTPRequestHead {
    var fields = HTTPFields()
    // The document's order: Call-Definition first, then custom metadata.
    fields.append("te", "trailers")
    if let timeout { fields.append("grpc-timeout", GRPCTimeout.format(timeout)) }
    fields.append("content-type", "application/grpc")
    if encoding != .identity { fields.append("grpc-encoding", encoding.rawValue) }
    if let acceptEncoding { fields.append("grpc-accept-encoding", acceptEncoding) }
    fields.append("user-agent", userAgent)
    metadata.forEach { name, value in
      if !isReserved(name) { fields.append(name: name, value: value) }
    }
    return HTTPRequestHead(method: "POST", target: path, authority: authority, fields: fields)
  }

  /// The head of a response that has a message, of which `encoding` is how it is compressed.
  public static func response(encoding: GRPCEncoding = .identity) -> HTTPResponseHead {
    var fields = HTTPFields()
    fields.append("content-type", "application/grpc")
    if encoding != .identity { fields.append("grpc-encoding", encoding.rawValue) }
    return HTTPResponseHead(status: 200, fields: fields)
  }

  /// The trailers behind a response's message.
  public static func trailers(_ status: GRPCStatus = .ok) -> HTTPFields {
    var fields = HTTPFields()
    append(status, to: &fields)
    return fields
  }

  /// A response that is a status alone ("Trailers-Only"); it ends the stream.
  public static func trailersOnly(_ status: GRPCStatus) -> HTTPResponseHead {
    var head = response()
    append(status, to: &head.fields)
    return head
  }

  private static func append(_ status: GRPCStatus, to fields: inout HTTPFields) {
    fields.append("grpc-status", String(status.code.rawValue))
    if !status.message.isEmpty {
      fields.append(
        "grpc-message", PercentEncoding.encode(String(status.message.prefix(longestMessage))))
    }
    if let details = status.details {
      fields.append("grpc-status-details-bin", String(base64: details.span, isPadded: false))
    }
  }

  private static func isReserved(_ name: Span<UInt8>) -> Bool {
    guard name.count > 0, name[0] != 0x3A else { return true }
    if name.isEqual(to: "te") || name.isEqual(to: "content-type") { return true }
    if name.isEqual(to: "user-agent") { return true }
    return name.count >= 5 && name.extracting(0..<5).isEqual(to: "grpc-")
  }
}
