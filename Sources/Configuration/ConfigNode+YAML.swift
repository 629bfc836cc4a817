extension ConfigNode {
  /// The value of a YAML text, null where it is empty; nil and problems where it is not YAML.
  ///
  /// Duplicate keys and unknown tags are problems too. At most 16 MiB, 1,000,000 values with the
  /// aliases expanded, and 100 levels. `source` names the text in locations.
  public init?(yaml text: String, source: String, problems: ConfigProblems) {
    self.init(yaml: Array(text.utf8), source: source, problems: problems)
  }

  /// The value of the bytes of a YAML text; see `init(yaml:source:problems:)` for text.
  public init?(yaml bytes: [UInt8], source: String, problems: ConfigProblems) {
    guard let node = YAMLTree.read(bytes, source: source, problems: problems) else { return nil }
    self = node
  }
}
