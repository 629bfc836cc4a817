/// How much one YAML text may cost.
enum YAMLLimits {
  /// Bytes of one source; the largest configurations in use have some 100 KiB.
  static let bytes = 16 << 20
  /// Values of one text with all aliases expanded.
  static let nodes = 1_000_000
  /// Lists and mappings inside one another.
  static let depth = 100
}
