import Bytes
import Patterns
@testable import Telemetry
import TestSupport
import Testing

@Suite struct RewriteProgramTests {
  private func text(_ outcome: RewriteOutcome) -> String { outcome.payload.joined().text }

  private func service(_ name: String) -> RewriteCondition {
    .test(
      RewriteTest(
        .resource, .attribute(AttributeKey("service.name")),
        .matches(TextMatcher(texts: [name]))))
  }

  @Test(
    "two programs in one pass do what they do one after the other",
    arguments: RewriteSafetyTests.signals)
  func fusing(signal: Signal) throws {
    let present = RewriteCondition.test(
      RewriteTest(.resource, .attribute(AttributeKey("a")), .exists))
    let first = RewriteProgram([
      RewriteStage(.item, when: present, [RewritePrograms.set("had", .bool(true))]),
      RewriteStage(.resource, try RewritePrograms.edits("upsert_delete")),
    ])
    let second = RewriteProgram([
      RewriteStage(
        .resource, [.delete(AttributeSelection(key: AttributeKey("a")))]),
      RewriteStage(.item, when: .not(present), [RewritePrograms.set("has", .bool(false))]),
      RewriteStage(.item, try RewritePrograms.edits("hashes")),
      RewriteStage(.scope, try RewritePrograms.edits("kinds")),
    ])
    for request in Fixture.all(signal) {
      let payload = Payload(request.bytes, itemCount: request.itemCount)
      let once = try payload.rewritten(
        by: RewriteProgram(fusing: [first, second]), signal: signal, origin: Origin())
      let twice = try payload.rewritten(by: first, signal: signal, origin: Origin())
        .payload.rewritten(by: second, signal: signal, origin: Origin())
      #expect(once.payload.joined() == twice.payload.joined())
    }
  }

  @Test(
    "programs that drop can share a pass, and each is told what it dropped",
    arguments: RewriteSafetyTests.signals)
  func fusingDrops(signal: Signal) throws {
    let names =
      signal == .metrics
      ? ["drop_resources", "drop_scopes", "metric_drops", "drop_items", "scope_fields"]
      : ["drop_resources", "drop_scopes", "drop_items", "together"]
    let programs = try names.map { try RewritePrograms.whole($0, signal) }
    for (first, second) in zip(programs, programs.dropFirst()) {
      #expect(first.reach.allows(second.reach))
    }
    var dropped = 0
    for request in Fixture.all(signal) {
      let payload = Payload(request.bytes, itemCount: request.itemCount)
      let once = try payload.rewritten(
        by: RewriteProgram(fusing: programs), signal: signal, origin: Origin())
      var last = RewriteOutcome(payload: payload)
      for (part, program) in programs.enumerated() {
        last = try last.payload.rewritten(by: program, signal: signal, origin: Origin())
        #expect(last.droppedItemCount(by: 0) == once.droppedItemCount(by: part))
        dropped += last.droppedItemCount(by: 0)
      }
      #expect(once.payload.joined() == last.payload.joined())
      #expect(once.payload.itemCount == last.payload.itemCount)
    }
    #expect(dropped > 0)
    #expect(!programs[2].reach.allows(programs[0].reach))
  }

  @Test(
    "a field is set where messages have it, from a value of its type",
    arguments: [
      (Signal.traces, RewriteContext.item, RewriteField.name, AttributeValue.string("new"), true),
      (.traces, .item, .name, .int(1), false), (.traces, .item, .statusCode, .int(2), true),
      (.traces, .item, .statusCode, .string("ERROR"), false),
      (.traces, .item, .statusMessage, .string("no"), true),
      (.traces, .item, .startTime, .int(5), true), (.traces, .item, .traceID, .bytes([1]), false),
      (.traces, .item, .traceID, .bytes([UInt8](repeating: 1, count: 16)), true),
      (.traces, .item, .spanID, .bytes([UInt8](repeating: 0, count: 8)), false),
      (.logs, .item, .spanID, .bytes([UInt8](repeating: 7, count: 8)), true),
      (.logs, .item, .traceID, .bytes([UInt8](repeating: 7, count: 8)), false),
      (.traces, .item, .spanID, .string("x"), false),
      (.traces, .scope, .version, .bool(true), false),
      (.metrics, .metric, .unit, .string("By"), true), (.metrics, .item, .time, .int(7), true),
      (.logs, .item, .body, .map([.init("k", .int(1))]), true),
      (.logs, .item, .severityText, .double(1), false),
    ] as [(Signal, RewriteContext, RewriteField, AttributeValue, Bool)])
  func fields(
    signal: Signal, context: RewriteContext, field: RewriteField, value: AttributeValue, fits: Bool
  ) throws {
    let payload = BatchBuilder.payload(signal, 2)
    let set = RewriteStage(context, [.set(field, .literal(value))])
    let outcome = try payload.rewritten(
      by: RewriteProgram([set]), signal: signal, origin: Origin())
    #expect(outcome.failures.map(\.key) == (fits ? [] : [field.rawValue]))
    #expect(outcome.payload.slices[0].isSame(as: payload.slices[0]) == !fits)
    guard fits else { return }
    // A test behind the set, in the same pass and in one of its own, sees what was set.
    let test: RewriteTest.Predicate =
      switch value {
      case .int(let number): .isOneOf(1 << UInt64(number))
      default: .equals(value)
      }
    let drop = RewriteStage(
      context, when: .test(RewriteTest(context, .field(field), test)), [.drop])
    for (before, program) in [
      (payload, RewriteProgram([set, drop])), (outcome.payload, RewriteProgram([drop])),
    ] {
      let rest = try before.rewritten(by: program, signal: signal, origin: Origin())
      #expect(rest.payload.isEmpty && rest.payload.slices.isEmpty)
      #expect(rest.droppedItemCount(by: 0) == 2)
    }
  }

  @Test("items of a resource that does not match stay in their slice")
  func outerConditions() throws {
    var payload = BatchBuilder.payload(.traces, 2, service: "shop")
    payload.append(BatchBuilder.payload(.traces, 2, service: "cart"))
    let edit = RewritePrograms.set("seen", .bool(true))
    let program = RewriteProgram([RewriteStage(.item, when: service("cart"), [edit])])
    let outcome = try payload.rewritten(by: program, signal: .traces, origin: Origin())
    #expect(outcome.payload.slices[0].isSame(as: payload.slices[0]))
    #expect(outcome.payload.slices[1].text.contains("seen"))
  }

  @Test(
    "conditions look at every level",
    arguments: [
      (
        Signal.traces, RewriteTest(.item, .field(.name), .matches(TextMatcher(texts: ["span-1"]))),
        1
      ),
      (.traces, RewriteTest(.item, .field(.kind), .isOneOf(1 << 2)), 3),
      (.traces, RewriteTest(.item, .field(.kind), .isOneOf(1 << 3)), 0),
      (.traces, RewriteTest(.scope, .field(.name), .equals(.string("builder"))), 3),
      (.traces, RewriteTest(.scope, .field(.version), .equals(.string("2.0"))), 0),
      (.logs, RewriteTest(.item, .field(.body), .matches(TextMatcher(texts: ["record 0"]))), 1),
      (.logs, RewriteTest(.item, .field(.severityText), .equals(.string("INFO"))), 3),
      (.logs, RewriteTest(.item, .field(.severityNumber), .isAtLeast(9, orUnset: false)), 3),
      (.logs, RewriteTest(.item, .field(.severityNumber), .isAtLeast(10, orUnset: true)), 0),
      (
        .metrics, RewriteTest(.metric, .field(.name), .matches(TextMatcher(texts: ["metric-2"]))), 1
      ),
      (
        .metrics,
        RewriteTest(.item, .attribute(AttributeKey("host.name")), .equals(.string("a"))), 3
      ),
      (
        .metrics,
        RewriteTest(.item, .attribute(AttributeKey("host.name")), .equals(.int(1))), 0
      ),
    ] as [(Signal, RewriteTest, Int)])
  func tests(signal: Signal, test: RewriteTest, expected: Int) throws {
    let edit = RewritePrograms.set("matched", .bool(true))
    for (condition, count) in [
      (RewriteCondition.test(test), expected), (.not(.test(test)), 3 - expected),
      (.all([.always, .test(test)]), expected), (.any([]), 0), (.any([.test(test)]), expected),
    ] {
      let program = RewriteProgram([RewriteStage(.item, when: condition, [edit])])
      let outcome = try BatchBuilder.payload(signal, 3).rewritten(
        by: program, signal: signal, origin: Origin())
      #expect(text(outcome).split(separator: "matched").count - 1 == count)
    }
  }

  @Test(
    "what is known of the origin becomes an attribute",
    arguments: [
      ("10.0.0.7:4317", OriginField.clientAddress, "10.0.0.7"),
      ("[2001:db8::1]:4317", .clientAddress, "2001:db8::1"),
      ("/run/app.sock", .clientAddress, "/run/app.sock"),
      ("", .clientAddress, "unknown"), ("", .metadata("x-tenant"), "a;b"),
      ("", .metadata("x-other"), "unknown"),
    ])
  func origin(peer: String, field: OriginField, expected: String) throws {
    let source = AttributeSource.origin(field, fallback: .string("unknown"))
    let program = RewriteProgram([
      RewriteStage(.resource, [.set(AttributeKey("from"), source, .upsert)])
    ])
    let origin = Origin(
      peer: peer, metadata: [Origin.Metadata(name: "x-tenant", values: ["a", "b"])])
    let outcome = try BatchBuilder.payload(.logs, 1).rewritten(
      by: program, signal: .logs, origin: origin)
    let wanted = try BatchBuilder.payload(.logs, 1).rewritten(
      by: RewriteProgram([
        RewriteStage(.resource, [RewritePrograms.set("from", .string(expected))])
      ]), signal: .logs, origin: Origin())
    #expect(outcome.payload.joined() == wanted.payload.joined())
  }

  @Test(
    "a value gets another type, or stays and is reported",
    arguments: [
      (AttributeValue.string("42"), AttributeEdit.ConvertedType.int, AttributeValue.int(42)),
      (.string("abc"), .int, nil), (.string("4.2"), .int, nil), (.double(4.9), .int, .int(4)),
      (.double(1e30), .int, nil), (.double(.nan), .int, nil), (.bool(true), .int, .int(1)),
      (.string("4.5"), .double, .double(4.5)), (.string("1e999"), .double, nil),
      (.string("inf"), .double, .double(.infinity)), (.int(-1), .double, .double(-1)),
      (.array([]), .double, nil), (.bytes([1]), .int, nil),
      (.string("True"), .boolean, .bool(true)),
      (.string("yes"), .boolean, nil), (.int(0), .boolean, .bool(false)),
      (.bool(false), .string, .string("false")), (.int(-7), .string, .string("-7")),
      (.double(0.1), .string, .string("0.1")), (.double(100), .string, .string("100")),
      (.double(1e21), .string, .string("1e+21")),
      (.double(123e18), .string, .string("123000000000000000000")),
      (.double(1e-6), .string, .string("0.000001")), (.double(1.5e-7), .string, .string("1.5e-7")),
      (.bytes([1, 2]), .string, .string("AQI=")),
      (
        .map([.init("b", .array([.int(1), .double(0.5)])), .init("a\n", .string("\"x\""))]),
        .string,
        .string(#"{"a\n":"\"x\"","b":[1,0.5]}"#)
      ),
    ] as [(AttributeValue, AttributeEdit.ConvertedType, AttributeValue?)])
  func conversions(
    value: AttributeValue, type: AttributeEdit.ConvertedType, expected: AttributeValue?
  ) throws {
    let key = AttributeKey("key")
    let edits: [AttributeEdit] = [
      RewritePrograms.set("key", value), .convert(key, type),
    ]
    let outcome = try BatchBuilder.payload(.traces, 2).rewritten(
      by: RewriteProgram([RewriteStage(.item, edits)]), signal: .traces, origin: Origin())
    let wanted = try BatchBuilder.payload(.traces, 2).rewritten(
      by: RewriteProgram([
        RewriteStage(.item, [RewritePrograms.set("key", expected ?? value)])
      ]), signal: .traces, origin: Origin())
    #expect(outcome.payload.joined() == wanted.payload.joined())
    let failure = RewriteFailure(key: "key", type: type, count: 2)
    #expect(outcome.failures == (expected == nil ? [failure] : []))
  }
}
