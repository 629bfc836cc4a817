internal import Bytes
public import HTTPTypes

extension GRPCStatus {
  /// The largest `grpc-status-details-bin` that is read, in bytes; larger ones are left out.
  public static let largestDetails = 16 << 10

  /// The status that a response carries, in its trailers or in a head that is alone.
  ///
  /// Without a `grpc-status` the code is the one that stands for the HTTP status, as for answers
  /// of proxies.
  public init(head: HTTPResponseHead, trailers: HTTPFields?) {
    if let trailers, let status = GRPCStatus(fields: trailers) {
      self = status
    } else if let status = GRPCStatus(fields: head.fields) {
      self = status
    } else if head.status != 200 {
      self = GRPCStatus(
        GRPCStatusCode(httpStatus: head.status),
        "the server answered with HTTP status \(head.status) and no grpc-status")
    } else if !GRPCContentType.isGRPC(head.fields.first("content-type")) {
      let type = head.fields.first("content-type") ?? "none"
      self = GRPCStatus(
        .unknown, "the server does not speak gRPC (content-type \(type.prefix(64)))")
    } else {
      self = GRPCStatus(.unknown, "the server ended the call without a grpc-status")
    }
  }

  private init?(fields: HTTPFields) {
    guard let text = fields.first("grpc-status") else { return nil }
    // Numbers that are not known yet mean UNKNOWN (gRPC status code document).
    code = Int(text).flatMap(GRPCStatusCode.init(rawValue:)) ?? .unknown
    message = PercentEncoding.decode(fields.first("grpc-message") ?? "")
    details = fields.first("grpc-status-details-bin").flatMap(GRPCStatus.details)
  }

  /// The bytes of a `-bin` field, with padding or without, as the gRPC protocol document demands; nil where it is
  /// not base64 or too large.
  private static func details(_ text: String) -> ByteSlice? {
    guard text.utf8.count / 4 * 3 <= largestDetails + 3 else { return nil }
    var bytes = ByteBuffer()
    guard bytes.appendBytes(ofBase64: text.utf8Span.span), bytes.count <= largestDetails else {
      return nil
    }
    return bytes.takeSlice()
  }
}
