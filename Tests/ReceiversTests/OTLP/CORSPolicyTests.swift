import HTTPTypes
import Testing

@testable import Receivers

@Suite struct CORSPolicyTests {
  static let origins: [(allowed: [String], origin: String, isAllowed: Bool)] = [
    (["*"], "https://any.example", true),
    (["https://app.example"], "https://app.example", true),
    (["https://app.example"], "https://APP.example", true),
    (["https://app.example"], "https://app.example.evil", false),
    (["https://*.example.com"], "https://shop.example.com", true),
    (["https://*.example.com"], "https://example.com", false),
    (["https://*.example.com"], "http://shop.example.com", false),
    (["https://a.example", "http://localhost:*"], "http://localhost:3000", true),
  ]

  @Test("an origin is allowed when it equals a pattern or fits its star", arguments: origins)
  func origin(row: (allowed: [String], origin: String, isAllowed: Bool)) {
    #expect(CORSPolicy(allowedOrigins: row.allowed).allows(origin: row.origin) == row.isAllowed)
  }

  private func preflight(_ headers: String, _ policy: CORSPolicy) -> HTTPFields {
    var fields = HTTPFields()
    fields.append("origin", "https://app.example")
    fields.append("access-control-request-method", "POST")
    fields.append("access-control-request-headers", headers)
    return policy.preflight(fields).fields
  }

  @Test("a preflight for a JSON export is answered with the origin, the method and the headers")
  func preflightAllowed() {
    let policy = CORSPolicy(
      allowedOrigins: ["https://app.example"], allowedHeaders: ["X-Tenant"], maxAge: 7200)
    let answer = preflight("content-type, x-tenant", policy)
    #expect(answer.first("access-control-allow-origin") == "https://app.example")
    #expect(answer.first("access-control-allow-methods") == "POST")
    #expect(answer.first("access-control-allow-headers") == "content-type, x-tenant")
    #expect(answer.first("access-control-max-age") == "7200")
    #expect(answer.first("access-control-allow-credentials") == "true")
  }

  @Test("credentials are not allowed beside the origin *")
  func credentialsNeedAnOrigin() {
    let answer = preflight("content-type", CORSPolicy(allowedOrigins: ["*"]))
    #expect(answer.first("access-control-allow-origin") == "*")
    #expect(answer.first("access-control-allow-credentials") == nil)
  }

  @Test("a preflight that asks for a header that is not allowed gets no permission")
  func preflightRefused() {
    let answer = preflight("x-other", CORSPolicy(allowedOrigins: ["*"], allowedHeaders: ["X-A"]))
    #expect(answer.first("access-control-allow-origin") == nil)
  }

  @Test("a response names the origin and says that it varies with it")
  func response() {
    var fields = HTTPFields()
    CORSPolicy(allowedOrigins: ["https://*.example"], exposedHeaders: ["x-id"])
      .responseFields(origin: "https://app.example", into: &fields)
    #expect(fields.first("access-control-allow-origin") == "https://app.example")
    #expect(fields.first("access-control-expose-headers") == "x-id")
    #expect(fields.first("vary") == "Origin")
  }
}
