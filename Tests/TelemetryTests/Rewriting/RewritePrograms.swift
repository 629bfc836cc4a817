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

  /// A program of this one stage.
  static func program(_ context: RewriteContext, _ name: String) throws -> RewriteProgram {
    RewriteProgram([RewriteStage(context, try edits(name))])
  }
}

/// A line of the file that the script writes.
struct RewriteFixture: CustomTestStringConvertible {
  let signal: Signal
  let context: RewriteContext
  let name: String
  let digests: [String]

  var testDescription: String { "\(signal) \(context) \(name)" }

  static let all: [RewriteFixture] = {
    let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let text = String(
      decoding: Fixture.contents("/\(folder)/Fixtures/rewrites.expected"), as: UTF8.self)
    let contexts = ["resource": RewriteContext.resource, "scope": .scope, "item": .item]
    return text.split(separator: "\n").map { line in
      let words = line.split(separator: " ").map(String.init)
      guard let signal = Signal(rawValue: words[0]), let context = contexts[words[1]] else {
        fatalError("not a line of rewrites.expected: \(line)")
      }
      return RewriteFixture(
        signal: signal, context: context, name: words[2], digests: Array(words.dropFirst(3)))
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
