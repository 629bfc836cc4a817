extension ConfigNode {
  /// The tree as it must be written so that loading it brings this tree: `$` before `{` or `$`
  /// begins no reference.
  public var escapingReferences: ConfigNode {
    switch content {
    case .null, .bool, .int, .double, .bytes: self
    case .string(let text): with(.string(ConfigNode.escaped(text)))
    case .list(let items): with(.list(items.map(\.escapingReferences)))
    case .mapping(let entries):
      with(
        .mapping(
          entries.map {
            Entry(
              key: $0.key, keyLocation: $0.keyLocation, value: $0.value.escapingReferences)
          }))
    }
  }

  private static func escaped(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
    var written = ""
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      if scalar == "$", index + 1 < scalars.count, "{$".unicodeScalars.contains(scalars[index + 1])
      {
        written.unicodeScalars.append("$")
      }
      written.unicodeScalars.append(scalar)
    }
    return written
  }
}
