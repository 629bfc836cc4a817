/// What comes before a request's body, the same for HTTP/1.1 and HTTP/2.
public struct HTTPRequestHead: Sendable {
  /// The method, in upper case as RFC 9110 section 9 has it.
  public var method: String
  /// The path with its query, as sent.
  public var target: String
  /// The `Host` field or the `:authority` pseudo-header.
  public var authority: String
  /// The fields, without pseudo-headers.
  public var fields: HTTPFields

  /// A request head of these parts.
  public init(method: String, target: String, authority: String, fields: HTTPFields = .init()) {
    self.method = method
    self.target = target
    self.authority = authority
    self.fields = fields
  }

  /// The target without its query.
  public var path: Substring {
    target.prefix { $0 != "?" }
  }
}
