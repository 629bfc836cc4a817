extension Signal {
  /// Whether requests of this signal merge by joining their bytes.
  ///
  /// Profiles do not: each request has one dictionary that its indices count in, and joining the
  /// bytes of two would merge the dictionaries and leave one's indices wrong.
  public var mergesByConcatenation: Bool { self != .profiles }

  /// What `count` items of this signal are called in a message to a person.
  public func itemName(count: Int) -> String {
    let name =
      switch self {
      case .traces: "span"
      case .metrics: "data point"
      case .logs: "log record"
      case .profiles: "sample"
      }
    return count == 1 ? name : name + "s"
  }
}
