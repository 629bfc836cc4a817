/// Makes the names under which metrics are exposed; specification "Prometheus and OpenMetrics
/// Compatibility", OTLP metric points to Prometheus.
public struct MetricNaming: Sendable {
  /// How names are translated.
  public let strategy: TranslationStrategy
  private let namespace: [UInt8]

  /// Names with `namespace` and an underscore in front, where it is not empty.
  public init(strategy: TranslationStrategy, namespace: String = "") {
    self.strategy = strategy
    self.namespace = Array(namespace.utf8)
  }

  /// A metric's name, and the words of its unit where the name has them before the type.
  public struct Name: Sendable, Equatable {
    /// The name, UTF-8.
    public let name: [UInt8]
    /// The words of the unit, such as `bytes`; empty where the name does not have them.
    public let unit: [UInt8]
  }

  /// The name of a metric of this kind; nil where nothing of its name can be kept.
  public func name(_ name: [UInt8], unit: [UInt8], kind: MetricKind) -> Name? {
    var result = namespace
    if !namespace.isEmpty { result.append(NameCharacters.underscore) }
    result += name
    if strategy.escapes {
      result = NameCharacters.escaped(result, allowsColon: true)
      guard result.contains(where: { $0 != NameCharacters.underscore }) else { return nil }
      if NameCharacters.isDigit(result[0]) { result.insert(NameCharacters.underscore, at: 0) }
    } else {
      result = NameCharacters.repaired(result)
    }
    guard !name.isEmpty else { return nil }
    guard strategy.addsSuffixes else { return Name(name: result, unit: []) }
    return suffixed(result, unit, kind)
  }

  private func suffixed(_ base: [UInt8], _ unit: [UInt8], _ kind: MetricKind) -> Name {
    let type = MetricNaming.typeSuffix(kind, unit)
    var result = base
    // A name that ends with its type keeps it there: the unit goes in front.
    let hadType = !type.isEmpty && MetricNaming.ends(result, with: type)
    if hadType { result.removeLast(type.count + 1) }
    let words = UnitNaming.suffix(of: unit, escapes: strategy.escapes)
    if !words.isEmpty, !MetricNaming.ends(result, with: words), result != words {
      MetricNaming.append(words, to: &result)
    }
    if !type.isEmpty { MetricNaming.append(type, to: &result) }
    return Name(name: result, unit: words)
  }

  private static func append(_ suffix: [UInt8], to name: inout [UInt8]) {
    if name.last != NameCharacters.underscore { name.append(NameCharacters.underscore) }
    name += suffix
  }

  private static func typeSuffix(_ kind: MetricKind, _ unit: [UInt8]) -> [UInt8] {
    switch kind {
    case .counter: Array("total".utf8)
    case .gauge: unit == [UInt8(ascii: "1")] ? Array("ratio".utf8) : []
    default: []
    }
  }

  /// Whether `name` ends with an underscore and `suffix`, behind something else.
  private static func ends(_ name: [UInt8], with suffix: [UInt8]) -> Bool {
    name.count > suffix.count + 1 && name.suffix(suffix.count).elementsEqual(suffix)
      && name[name.count - suffix.count - 1] == NameCharacters.underscore
  }
}
