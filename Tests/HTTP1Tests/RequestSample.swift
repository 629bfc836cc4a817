import Testing

/// Requests and what they read as.
struct RequestSample: Sendable, CustomTestStringConvertible {
  var name: String
  var bytes: String
  var events: [String]
  var testDescription: String { name }

  init(_ name: String, _ bytes: String, _ events: String...) {
    self.name = name
    self.bytes = bytes
    self.events = events
  }
}
