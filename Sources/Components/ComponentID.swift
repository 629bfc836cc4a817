/// The name of a component in the configuration: `type` or `type/name`.
public struct ComponentID: Sendable, Hashable, CustomStringConvertible {
  /// The type as written, such as `otlp`.
  public let type: String
  /// What follows the slash; empty where there is none.
  public let name: String

  /// An id of this type and name.
  public init(type: String, name: String = "") {
    self.type = type
    self.name = name
  }

  /// The id written as `text`, or nil where it is none.
  ///
  /// A type begins with a letter and holds letters, digits and underscores; blanks around either
  /// part are not counted.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let type = String(parts[0].trimmed)
    guard let first = type.first, first.isASCII, first.isLetter,
      type.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
    else { return nil }
    if parts.count == 2 {
      let name = String(parts[1].trimmed)
      guard !name.isEmpty else { return nil }
      self.init(type: type, name: name)
    } else {
      self.init(type: type)
    }
  }

  /// The id as it is written.
  public var description: String { name.isEmpty ? type : "\(type)/\(name)" }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var rest = self
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return rest
  }
}
