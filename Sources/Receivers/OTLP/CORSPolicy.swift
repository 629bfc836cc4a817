internal import Configuration
internal import HTTPTypes

/// Which web pages may send telemetry: the Fetch standard's CORS protocol.
struct CORSPolicy: Sendable {
  /// Origins allowed; `*` alone allows all, one `*` within an origin stands for any text.
  let allowedOrigins: [String]
  /// Request headers allowed beside the safelisted ones; `*` allows all.
  let allowedHeaders: [String]
  /// Response headers that pages may read.
  let exposedHeaders: [String]
  /// How long a browser may remember the answer, in seconds; nil leaves it to the browser.
  let maxAge: Int?

  init(
    allowedOrigins: [String], allowedHeaders: [String] = [], exposedHeaders: [String] = [],
    maxAge: Int? = nil
  ) {
    self.allowedOrigins = allowedOrigins
    self.allowedHeaders = allowedHeaders.isEmpty ? ["X-Requested-With"] : allowedHeaders
    self.exposedHeaders = exposedHeaders
    self.maxAge = maxAge
  }

  /// Reads the section; nil where it names no origin, which leaves CORS off.
  init?(_ section: ConfigSection) {
    let origins = section.names("allowed_origins") ?? []
    let maxAge = section.int("max_age", default: 0)
    self.init(
      allowedOrigins: origins, allowedHeaders: section.names("allowed_headers") ?? [],
      exposedHeaders: section.names("exposed_headers") ?? [], maxAge: maxAge > 0 ? maxAge : nil)
    for origin in origins where origin.count(where: { $0 == "*" }) > 1 {
      section.problem("allowed_origins", "\"\(origin)\" has more than one *")
    }
    section.finish()
    if origins.isEmpty { return nil }
  }

  /// Whether pages of `origin` may send.
  func allows(origin: String) -> Bool {
    let lowercased = origin.lowercased()
    return allowedOrigins.contains { CORSPolicy.matches(lowercased, pattern: $0.lowercased()) }
  }

  /// The fields that let the page of `origin` read a response.
  func responseFields(origin: String, into fields: inout HTTPFields) {
    fields.append("vary", "Origin")
    guard allows(origin: origin) else { return }
    allow(origin, in: &fields)
    if !exposedHeaders.isEmpty {
      fields.append("access-control-expose-headers", exposedHeaders.joined(separator: ", "))
    }
  }

  /// The answer to a preflight request with these fields.
  func preflight(_ request: HTTPFields) -> HTTPResponseHead {
    var fields = HTTPFields()
    fields.append("vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
    let origin = request.first("origin") ?? ""
    let wanted = (request.first("access-control-request-headers") ?? "")
      .split(separator: ",").map { $0.filter { $0 != " " }.lowercased() }
    if allows(origin: origin), request.first("access-control-request-method") == "POST",
      wanted.allSatisfy(allows(header:))
    {
      allow(origin, in: &fields)
      fields.append("access-control-allow-methods", "POST")
      if !wanted.isEmpty {
        fields.append("access-control-allow-headers", wanted.joined(separator: ", "))
      }
      if let maxAge { fields.append("access-control-max-age", "\(maxAge)") }
    }
    return HTTPResponseHead(status: 204, fields: fields)
  }

  /// Names the origin, with credentials: browsers send beacons with them, as web SDKs do.
  ///
  /// The Fetch standard does not let `*` stand beside credentials.
  private func allow(_ origin: String, in fields: inout HTTPFields) {
    if allowedOrigins == ["*"] {
      fields.append("access-control-allow-origin", "*")
    } else {
      fields.append("access-control-allow-origin", origin)
      fields.append("access-control-allow-credentials", "true")
    }
  }

  /// Safelisted by the Fetch standard, and Content-Type, without which no OTLP request works.
  private static let alwaysAllowed = [
    "accept", "accept-language", "content-language", "content-type", "origin",
  ]

  private func allows(header: String) -> Bool {
    CORSPolicy.alwaysAllowed.contains(header)
      || allowedHeaders.contains { $0 == "*" || $0.lowercased() == header }
  }

  private static func matches(_ origin: String, pattern: String) -> Bool {
    guard let star = pattern.firstIndex(of: "*") else { return origin == pattern }
    let prefix = pattern[..<star]
    let suffix = pattern[pattern.index(after: star)...]
    return origin.count >= prefix.count + suffix.count && origin.hasPrefix(prefix)
      && origin.hasSuffix(suffix)
  }
}
