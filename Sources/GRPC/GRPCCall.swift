public import HTTPTypes

/// What the head of a request asks for.
public struct GRPCCall: Sendable {
  /// `/package.Service/Method`.
  public let path: String
  /// How long the caller will wait; nil for as long as it takes.
  public let timeout: Duration?
  /// How messages with the compressed flag are compressed.
  public let encoding: GRPCEncoding

  /// The call that `head` asks for.
  ///
  /// - Throws: what to answer when it is not a call of a kind that is understood here.
  public init(_ head: HTTPRequestHead) throws(GRPCRefusal) {
    guard head.method == "POST" else { throw .http(405) }
    // What nearly all clients send is compared without making a String of it.
    let isPlain = head.fields.first("content-type", is: "application/grpc")
    guard isPlain || GRPCContentType.isGRPC(head.fields.first("content-type")) else {
      throw .http(415)
    }
    path = head.target
    if let text = head.fields.first("grpc-timeout") {
      guard let parsed = GRPCTimeout.parse(text) else {
        throw .status(GRPCStatus(.internal, "malformed grpc-timeout"))
      }
      timeout = parsed
    } else {
      timeout = nil
    }
    let name = head.fields.first("grpc-encoding")
    guard let known = GRPCEncoding(field: name) else {
      throw .status(
        GRPCStatus(
          .unimplemented, "grpc-encoding \"\((name ?? "").prefix(32))\" is not supported"))
    }
    encoding = known
  }
}
