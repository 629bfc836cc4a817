import Bytes
import Patterns
import Telemetry
import Testing

/// The edits that Tests/Protos/generate_rewrites.py makes too, by the same names.
enum RewritePrograms {
  static func edits(_ name: String) throws -> [AttributeEdit] {
    switch name {
    case "upsert_delete":
      [
        set("deployment.environment.name", .string("prod")),
        .delete(AttributeSelection(key: AttributeKey("http.route"))),
      ]
    case "kinds":
      [
        set("bool", .bool(false)), set("int", .int(-3)), set("double", .double(0.5)),
        set("bytes", .bytes([0, 0xFF])), set("a", .string(String(repeating: "x", count: 200))),
        set("array", .array([.int(1), .string("")])),
        set("map", .map([AttributeValue.Entry("k", .bool(true))])),
      ]
    case "chain":
      [
        .set(
          AttributeKey("copy"), .attribute(AttributeKey("a"), fallback: .string("none")), .upsert),
        .delete(AttributeSelection(key: AttributeKey("a"))),
        .set(AttributeKey("a"), .attribute(AttributeKey("copy")), .insert),
        set("copy", .int(1), .update), set("absent", .int(1), .update),
        set("db.system", .string("other"), .insert),
        .set(AttributeKey("thread.id"), .attribute(AttributeKey("db.system")), .update),
        .delete(AttributeSelection(key: AttributeKey("copy"))),
      ]
    case "hashes":
      [.hash(AttributeSelection(key: AttributeKey("a"), pattern: try Pattern(#"\."#)))]
    case "patterns":
      [
        .delete(AttributeSelection(pattern: try Pattern("^(db|http)"))),
        .extract(AttributeKey("server.address"), try Pattern("^(?P<first>.)(?P<rest>.*)$")),
      ]
    case "to_string": conversions(to: .string)
    case "to_int": conversions(to: .int)
    case "to_double": conversions(to: .double)
    case "to_boolean": conversions(to: .boolean)
    default: fatalError("no program is called \(name)")
    }
  }

  static func set(
    _ key: String, _ value: AttributeValue, _ mode: AttributeEdit.SetMode = .upsert
  ) -> AttributeEdit {
    .set(AttributeKey(key), .literal(value), mode)
  }

  private static func conversions(to type: AttributeEdit.ConvertedType) -> [AttributeEdit] {
    ["a", "http.route", "thread.id", "server.address", "db.system", "1.2.3"].map {
      .convert(AttributeKey($0), type)
    }
  }

  /// The programs that act at several levels, set fields or drop.
  static func whole(_ name: String, _ signal: Signal) throws -> RewriteProgram {
    switch name {
    case "drop_items": RewriteProgram([RewriteStage(.item, when: hasA(.item), [.drop])])
    case "drop_scopes": RewriteProgram([RewriteStage(.scope, when: try early(.scope), [.drop])])
    case "drop_resources":
      RewriteProgram([RewriteStage(.resource, when: hasA(.resource), [.drop])])
    case "scope_fields":
      RewriteProgram([RewriteStage(.scope, [text(.name, "lib"), text(.version, "")])])
    case "span_fields": RewriteProgram([spanFields])
    case "event_edits": RewriteProgram([try eventEdits])
    case "event_drops": RewriteProgram([RewriteStage(.event, when: hasA(.event), [.drop])])
    case "metric_fields": RewriteProgram([metricFields])
    case "metric_drops": RewriteProgram([RewriteStage(.metric, when: try early(.metric), [.drop])])
    case "record_fields": RewriteProgram([recordFields])
    case "together": try together(signal)
    default: fatalError("no program is called \(name)")
    }
  }

  private static func together(_ signal: Signal) throws -> RewriteProgram {
    let kinds = RewriteTest(.item, .field(.kind), .isOneOf(1 << 0 | 1 << 2))
    let severe = RewriteTest(.item, .field(.severityNumber), .isAtLeast(9, orUnset: false))
    return switch signal {
    case .traces:
      RewriteProgram([
        RewriteStage(.item, when: .test(kinds), [.drop]), spanFields,
        RewriteStage(.event, when: hasA(.event), [.drop]), try eventEdits,
        RewriteStage(.resource, [set("seen", .bool(true))]),
      ])
    case .metrics:
      RewriteProgram([
        RewriteStage(.metric, when: try early(.metric), [.drop]),
        RewriteStage(.item, when: hasA(.item), [.drop]), metricFields,
        RewriteStage(.item, try edits("upsert_delete")),
      ])
    case .logs, .profiles:
      RewriteProgram([RewriteStage(.item, when: .test(severe), [.drop]), recordFields])
    }
  }

  private static func hasA(_ context: RewriteContext) -> RewriteCondition {
    .test(RewriteTest(context, .attribute(AttributeKey("a")), .exists))
  }

  private static func early(_ context: RewriteContext) throws -> RewriteCondition {
    let matcher = TextMatcher(patterns: [try Pattern("^[a-m]")])
    return .test(RewriteTest(context, .field(.name), .matches(matcher)))
  }

  private static func text(_ field: RewriteField, _ text: String) -> RewriteEdit {
    .set(field, .literal(.string(text)))
  }

  private static let spanFields = RewriteStage(
    .item,
    [
      .set(.name, .attribute(AttributeKey("a"), fallback: .string("absent"))),
      .set(.kind, .literal(.int(3))), .set(.statusCode, .literal(.int(2))),
      text(.statusMessage, "went wrong"), text(.traceState, ""),
      .attribute(set("kind", .int(3))),
    ])

  private static var eventEdits: RewriteStage {
    get throws {
      let edits = try edits("upsert_delete").map { RewriteEdit.attribute($0) }
      return RewriteStage(
        .event, edits + [text(.name, "renamed"), .set(.time, .literal(.int(1)))])
    }
  }

  private static let metricFields = RewriteStage(
    .metric, [text(.name, "renamed"), text(.description, ""), text(.unit, "s")])

  private static let recordFields = RewriteStage(
    .item,
    [
      .set(.severityNumber, .literal(.int(17))), text(.severityText, "ERROR"),
      .set(.body, .attribute(AttributeKey("a"), fallback: .string("nothing"))),
      .attribute(.delete(AttributeSelection(key: AttributeKey("a")))),
    ])

  /// A program of this one stage.
  static func program(_ context: RewriteContext, _ name: String) throws -> RewriteProgram {
    RewriteProgram([RewriteStage(context, try edits(name))])
  }
}

/// A line of the file that the script writes.
struct RewriteFixture: CustomTestStringConvertible {
  let signal: Signal
  /// The level of the one stage; nil for a program of several.
  let context: RewriteContext?
  let name: String
  let digests: [String]

  var testDescription: String { "\(signal) \(context.map { "\($0)" } ?? "whole") \(name)" }

  static let all: [RewriteFixture] = {
    let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let text = String(
      decoding: Fixture.contents("/\(folder)/Fixtures/rewrites.expected"), as: UTF8.self)
    let contexts = ["resource": RewriteContext.resource, "scope": .scope, "item": .item]
    return text.split(separator: "\n").map { line in
      let words = line.split(separator: " ").map(String.init)
      guard let signal = Signal(rawValue: words[0]) else {
        fatalError("not a line of rewrites.expected: \(line)")
      }
      return RewriteFixture(
        signal: signal, context: contexts[words[1]], name: words[2],
        digests: Array(words.dropFirst(3)))
    }
  }()
}

extension ByteSlice {
  /// Whether both are the same bytes in the same place.
  func isSame(as other: ByteSlice) -> Bool {
    // The addresses are compared and not followed.
    unsafe baseAddress == other.baseAddress && count == other.count
  }
}
