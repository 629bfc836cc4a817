public import Configuration

/// A piece of configuration written as Swift literals, for tests of what components read.
public struct ConfigTree: Sendable {
  private let content: ConfigNode.Content

  private static let place = ConfigLocation(source: "test.yaml", line: 1, column: 1)

  /// The tree as the node that a parser would make of it.
  public var node: ConfigNode { ConfigNode(content, at: ConfigTree.place) }

  /// Decodes the tree; returns the value and the descriptions of the problems without their place.
  public func decode<Value: ConfigDecodable>(
    _ type: Value.Type = Value.self
  ) -> (value: Value, problems: [String]) {
    let problems = ConfigProblems()
    let value = Value(from: ConfigSection(node, path: "test", problems: problems))
    return (value, problems.all.map { "\($0.path): \($0.message)" })
  }
}

extension ConfigTree: ExpressibleByDictionaryLiteral {
  /// A mapping.
  public init(dictionaryLiteral elements: (String, ConfigTree)...) {
    content = .mapping(
      elements.map {
        ConfigNode.Entry(key: $0.0, keyLocation: ConfigTree.place, value: $0.1.node)
      })
  }
}

extension ConfigTree: ExpressibleByArrayLiteral {
  /// A list.
  public init(arrayLiteral elements: ConfigTree...) {
    content = .list(elements.map(\.node))
  }
}

extension ConfigTree: ExpressibleByStringInterpolation {
  /// Text.
  public init(stringLiteral value: String) { content = .string(value) }
}

extension ConfigTree: ExpressibleByIntegerLiteral {
  /// A whole number.
  public init(integerLiteral value: Int) { content = .int(value, text: "\(value)") }
}

extension ConfigTree: ExpressibleByFloatLiteral {
  /// A number.
  public init(floatLiteral value: Double) { content = .double(value, text: "\(value)") }
}

extension ConfigTree: ExpressibleByBooleanLiteral {
  /// A truth value.
  public init(booleanLiteral value: Bool) { content = .bool(value, text: "\(value)") }
}

extension ConfigTree: ExpressibleByNilLiteral {
  /// Nothing.
  public init(nilLiteral: ()) { content = .null }
}
