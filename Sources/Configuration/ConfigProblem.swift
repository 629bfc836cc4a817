/// One thing that is wrong in a configuration.
public struct ConfigProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where.
  public let location: ConfigLocation
  /// The path of keys to the value, joined by `::`.
  public let path: String
  /// What is wrong and what to do.
  public let message: String

  /// The problem `message` of the value at `path`, written at `location`.
  public init(location: ConfigLocation, path: String, message: String) {
    self.location = location
    self.path = path
    self.message = message
  }

  /// `file:line:column: path: what is wrong`, on one line.
  public var description: String {
    let place =
      location.line > 0
      ? "\(location.source):\(location.line):\(location.column)" : location.source
    return (path.isEmpty ? "\(place): \(message)" : "\(place): \(path): \(message)").onOneLine
  }
}

extension String {
  /// The text with its control characters written as escapes, so that it stays one line of a terminal.
  fileprivate var onOneLine: String {
    guard unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      return self
    }
    return unicodeScalars.reduce(into: "") { text, scalar in
      text +=
        scalar.properties.generalCategory == .control
        ? scalar.escaped(asASCII: false) : String(scalar)
    }
  }
}
