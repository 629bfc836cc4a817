/// Makes label names of attribute keys; specification "Prometheus and OpenMetrics Compatibility",
/// metric attributes.
public struct LabelNaming: Sendable {
  /// How names are translated.
  public let strategy: TranslationStrategy

  /// Names of this strategy.
  public init(strategy: TranslationStrategy) {
    self.strategy = strategy
  }

  /// The label of an attribute's key; nil where nothing of it can be kept.
  ///
  /// Names that begin and end with two underscores stay as they are.
  public func name(_ key: [UInt8]) -> [UInt8]? {
    guard !key.isEmpty else { return nil }
    guard strategy.escapes else { return NameCharacters.repaired(key) }
    let isReserved =
      key.count > 4 && key.starts(with: [0x5F, 0x5F]) && key.suffix(2).elementsEqual([0x5F, 0x5F])
    if isReserved, ClassicName.isLabel(key.span) { return key }
    var name = NameCharacters.escaped(key, allowsColon: false)
    guard name.contains(where: { $0 != NameCharacters.underscore }) else { return nil }
    if NameCharacters.isDigit(name[0]) { name = Array("key_".utf8) + name }
    return name
  }
}
