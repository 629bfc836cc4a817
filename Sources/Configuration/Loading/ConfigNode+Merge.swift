extension ConfigNode {
  /// This value under `override`: mappings merge deeply, everything else is replaced.
  public func merged(with override: ConfigNode) -> ConfigNode {
    guard case .mapping(var entries) = content, case .mapping(let more) = override.content else {
      return override
    }
    var places: [String: Int] = [:]
    for (index, entry) in entries.enumerated() { places[entry.key] = index }
    for entry in more {
      guard let place = places[entry.key] else {
        places[entry.key] = entries.count
        entries.append(entry)
        continue
      }
      let value = entries[place].value.merged(with: entry.value)
      entries[place] = Entry(key: entry.key, keyLocation: entry.keyLocation, value: value)
    }
    return ConfigNode(.mapping(entries), at: location)
  }

  /// This mapping with keys such as `exporters::debug::verbosity` turned into nested mappings.
  func unflattened() -> ConfigNode {
    guard case .mapping(let entries) = content, entries.contains(where: { $0.key.contains("::") })
    else { return self }
    var result = ConfigNode(.mapping([]), at: location)
    for entry in entries {
      let keys = ConfigNode.keys(of: entry.key)
      let nested = ConfigNode.nested(keys, entry.keyLocation, entry.value)
      result = result.merged(with: nested)
    }
    return result
  }

  /// `value` under the keys, the first outermost.
  static func nested(_ keys: [String], _ place: ConfigLocation, _ value: ConfigNode) -> ConfigNode {
    keys.reversed().reduce(value) { inner, key in
      ConfigNode(.mapping([Entry(key: key, keyLocation: place, value: inner)]), at: place)
    }
  }

  /// The tree with every place replaced, for sources that have no lines.
  func relocated(to place: ConfigLocation) -> ConfigNode {
    switch content {
    case .list(let items):
      return ConfigNode(.list(items.map { $0.relocated(to: place) }), at: place)
    case .mapping(let entries):
      let moved = entries.map {
        Entry(key: $0.key, keyLocation: place, value: $0.value.relocated(to: place))
      }
      return ConfigNode(.mapping(moved), at: place)
    default: return ConfigNode(content, at: place)
    }
  }

  /// The parts of a key joined by `::`, at most 100; more stay in the last.
  private static func keys(of key: String) -> [String] {
    var parts: [String] = []
    var part = ""
    var rest = key[...]
    while let character = rest.first {
      if rest.hasPrefix("::"), parts.count < YAMLLimits.depth - 1 {
        parts.append(part)
        part = ""
        rest = rest.dropFirst(2)
      } else {
        part.append(character)
        rest = rest.dropFirst()
      }
    }
    return parts + [part]
  }
}
