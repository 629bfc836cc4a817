internal import Patterns
internal import Telemetry

/// A program and what must hold of it.
struct NamedProgram: Sendable {
  let name: String
  let program: RewriteProgram
  /// Whether it leaves every request as it is.
  var isIdentity = false
  /// Whether a second run changes nothing.
  var isStable = false
}

/// The programs that inputs choose from.
enum Programs {
  static let origin = Origin(
    peer: "[::1]:4317", metadata: [.init(name: "tenant", values: ["a", "b"])])

  static let all: [NamedProgram] = [
    NamedProgram(name: "nothing", program: RewriteProgram([]), isIdentity: true, isStable: true),
    NamedProgram(name: "never", program: never, isIdentity: true, isStable: true),
    NamedProgram(name: "upsert", program: everywhere(set(.upsert)), isStable: true),
    NamedProgram(name: "insert", program: everywhere(set(.insert)), isStable: true),
    NamedProgram(name: "update", program: everywhere(set(.update)), isStable: true),
    NamedProgram(name: "delete", program: everywhere([.delete(names)]), isStable: true),
    NamedProgram(name: "hash", program: everywhere([.hash(names)])),
    NamedProgram(name: "extract", program: everywhere([.extract(key, parts)]), isStable: true),
    NamedProgram(name: "convert", program: everywhere(conversions)),
    NamedProgram(name: "fields", program: fields),
    NamedProgram(name: "drop", program: drop),
    NamedProgram(
      name: "fused",
      program: RewriteProgram(fusing: [everywhere(set(.upsert)), everywhere([.delete(names)])])),
  ]

  private static let key = AttributeKey("a")
  private static let levels: [RewriteContext] = [.resource, .scope, .item, .event]

  private static let parts = pattern("(?P<a>[a-z]+)=?(?P<b>.*)")
  private static let names = AttributeSelection(key: AttributeKey("b"), pattern: pattern("^[c-k]"))

  private static func pattern(_ text: String) -> Pattern {
    guard let pattern = try? Pattern(text) else { preconditionFailure("\(text) is no pattern") }
    return pattern
  }

  private static func everywhere(_ edits: [AttributeEdit]) -> RewriteProgram {
    RewriteProgram(levels.map { RewriteStage($0, edits) })
  }

  private static func set(_ mode: AttributeEdit.SetMode) -> [AttributeEdit] {
    let map = AttributeValue.map([.init("x", .bytes([0, 255])), .init("", .array([.bool(true)]))])
    return [
      .set(key, .literal(map), mode), .set(AttributeKey("b"), .attribute(AttributeKey("c")), mode),
      .set(AttributeKey("d"), .origin(.metadata("tenant")), mode),
      .set(AttributeKey("e"), .origin(.clientAddress, fallback: .double(-0.5)), mode),
    ]
  }

  private static let conversions = AttributeEdit.ConvertedType.allCases.enumerated().map {
    AttributeEdit.convert(AttributeKey(["a", "b", "c", "d"][$0 % 4]), $1)
  }

  /// Everything that could be done, under a condition that never holds.
  private static let never = RewriteProgram(
    levels.map { level in
      RewriteStage(
        level, when: .any([]), set(.upsert) + [.delete(names), .hash(names)] + conversions)
    } + [RewriteStage(.item, when: .not(.always), [RewriteEdit.drop])])

  private static let fields = RewriteProgram(
    RewriteContext.allCases.dropFirst().flatMap { level -> [RewriteStage] in
      let isMetric = level == .metric
      let source: AttributeSource = isMetric ? .literal(.string("n")) : .attribute(key)
      return [
        RewriteStage(level, RewriteField.allCases.map { RewriteEdit.set($0, source) }),
        RewriteStage(
          level,
          when: .test(RewriteTest(level, .field(.name), .matches(TextMatcher(texts: ["n"])))),
          RewriteField.allCases.map { RewriteEdit.set($0, .literal(.int(3))) }),
        RewriteStage(
          level,
          RewriteField.allCases.map {
            RewriteEdit.set($0, .literal(.bytes([1, 2, 3, 4, 5, 6, 7, 8])))
          }),
      ]
    })

  private static let drop = RewriteProgram([
    RewriteStage(
      .event, when: .test(RewriteTest(.event, .attribute(key), .exists)), [RewriteEdit.drop]),
    RewriteStage(
      .item,
      when: .any([
        .test(RewriteTest(.item, .attribute(key), .exists)),
        .test(RewriteTest(.resource, .attribute(AttributeKey("b")), .equals(.string("b")))),
        .all([
          .test(RewriteTest(.item, .field(.kind), .isOneOf(0b101))),
          .not(.test(RewriteTest(.item, .field(.severityNumber), .isAtLeast(9, orUnset: true)))),
        ]),
      ]), [RewriteEdit.drop]),
    RewriteStage(
      .metric, when: .test(RewriteTest(.metric, .field(.unit), .exists)), [RewriteEdit.drop]),
  ])
}
