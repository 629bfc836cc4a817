/// What comes before a response's body, the same for HTTP/1.1 and HTTP/2.
public struct HTTPResponseHead: Sendable {
  /// The status code, 100 to 999.
  public var status: Int
  /// The fields, without pseudo-headers.
  public var fields: HTTPFields

  /// A response head of these parts.
  public init(status: Int, fields: HTTPFields = .init()) {
    self.status = status
    self.fields = fields
  }
}
