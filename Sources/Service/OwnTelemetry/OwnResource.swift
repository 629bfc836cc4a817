internal import Configuration
internal import Diagnostics

/// The attributes of the collector as a source of telemetry itself.
struct OwnResource: Sendable {
  /// The attributes in the order of their names' appearance.
  private(set) var attributes: [(key: String, value: String)]

  /// The name, the version, and an instance id that is new for each process.
  init() {
    attributes = [
      ("service.name", "swiftlet"), ("service.version", Version.number),
      ("service.instance.id", OwnResource.randomID()),
    ]
  }

  /// Reads `service::telemetry::resource`: names with texts; null takes an attribute away.
  mutating func read(_ section: ConfigSection) {
    for key in section.keys {
      if key == "attributes", let list = section.sections(key) {
        for pair in list {
          if let name = pair.string("name") { set(name, pair.string("value")) }
          _ = pair.node("type")
          pair.finish()
        }
      } else if key == "schema_url" || key == "detectors" {
        _ = section.node(key)
      } else {
        set(key, section.string(key))
      }
    }
    section.finish()
  }

  private mutating func set(_ name: String, _ value: String?) {
    let index = attributes.firstIndex { $0.key == name }
    switch (index, value) {
    case (let index?, let value?): attributes[index].value = value
    case (let index?, nil): attributes.remove(at: index)
    case (nil, let value?): attributes.append((name, value))
    case (nil, nil): break
    }
  }

  /// A random identifier, version 4 of RFC 9562.
  static func randomID() -> String {
    var random = SystemRandomNumberGenerator()
    let high = random.next() & ~0xF000 | 0x4000
    let low = random.next() & ~(3 << 62) | 2 << 62
    let digits = [high, low].map { $0.padded(to: 16, radix: 16) }
    let all = Array(digits.joined())
    let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(all[$0]) }
    return parts.joined(separator: "-")
  }
}
