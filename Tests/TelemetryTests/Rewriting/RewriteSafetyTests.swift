import Bytes
import Patterns
import Telemetry
import TestSupport
import Testing

@Suite struct RewriteSafetyTests {
  static let signals = [Signal.traces, .metrics, .logs]

  private static func absent(_ context: RewriteContext) -> RewriteCondition {
    .test(RewriteTest(context, .attribute(AttributeKey("no such key")), .exists))
  }

  /// Programs that walk to every level and change nothing.
  private static func identities() throws -> [RewriteProgram] {
    let nothing = AttributeSelection(
      key: AttributeKey("no such key"), pattern: try Pattern("^no such"))
    let edits: [AttributeEdit] = [
      .delete(nothing), .hash(nothing), RewritePrograms.set("no such key", .int(1), .update),
      .extract(AttributeKey("no such key"), try Pattern("(?P<a>.)")),
      .convert(AttributeKey("no such key"), .int),
    ]
    let field = RewriteEdit.set(.name, .attribute(AttributeKey("no such key")))
    let contexts: [RewriteContext] = [.resource, .scope, .item, .event]
    return [
      RewriteProgram(contexts.map { RewriteStage($0, [field]) }),
      RewriteProgram([RewriteStage(.event, edits)]),
      RewriteProgram(contexts.map { RewriteStage($0, when: absent($0), [.drop]) }),
      RewriteProgram([RewriteStage(.metric, when: .any([]), [.drop])]),
      RewriteProgram([]), RewriteProgram([RewriteStage(.resource, edits)]),
      RewriteProgram([RewriteStage(.scope, edits)]), RewriteProgram([RewriteStage(.item, edits)]),
      RewriteProgram([RewriteStage(.item, when: absent(.item), [RewritePrograms.set("x", .int(1))])]
      ),
      RewriteProgram(
        [RewriteContext.resource, .scope, .item].map { RewriteStage($0, edits) }),
    ]
  }

  @Test("a program that changes nothing leaves the same slices", arguments: signals)
  func identity(signal: Signal) throws {
    for program in try RewriteSafetyTests.identities() {
      for request in Fixture.all(signal) {
        let payload = Payload(request.bytes, itemCount: request.itemCount)
        let outcome = try payload.rewritten(by: program, signal: signal, origin: Origin())
        #expect(outcome.payload.slices.count == payload.slices.count)
        for slice in outcome.payload.slices { #expect(slice.isSame(as: request.bytes)) }
      }
    }
  }

  @Test("profiles are left as they are")
  func profiles() throws {
    let request = Fixture.all(.profiles)[0]
    let payload = Payload(request.bytes, itemCount: request.itemCount)
    let program = try RewritePrograms.program(.resource, "kinds")
    let outcome = try payload.rewritten(by: program, signal: .profiles, origin: Origin())
    #expect(outcome.payload.slices == payload.slices)
  }

  @Test("a request cut anywhere is refused or comes out as a request", arguments: signals)
  func truncation(signal: Signal) throws {
    let programs = try RewriteSafetyTests.everything()
    for request in Fixture.all(signal).prefix(2) {
      for count in 0..<request.bytes.count {
        try RewriteSafetyTests.check(request.bytes[0..<count], signal, programs)
      }
    }
  }

  @Test("a damaged request is refused or comes out as a request", arguments: signals)
  func mutation(signal: Signal) throws {
    var random = SeededRandom(seed: 7)
    let programs = try RewriteSafetyTests.everything()
    for request in Fixture.all(signal) {
      for _ in 0..<60 {
        let bytes = ByteSlice(random.mutation(of: request.bytes.array))
        try RewriteSafetyTests.check(bytes, signal, programs)
      }
    }
  }

  /// Programs that edit every level in every way.
  private static func everything() throws -> [RewriteProgram] {
    let names = ["upsert_delete", "kinds", "chain", "hashes", "patterns", "to_string", "to_int"]
    let edits = try names.flatMap(RewritePrograms.edits)
    let text = RewriteTest.Predicate.matches(TextMatcher(patterns: [try Pattern(".")]))
    let condition = RewriteCondition.any([
      .test(RewriteTest(.item, .field(.name), text)),
      .test(RewriteTest(.item, .field(.body), text)),
      .test(RewriteTest(.scope, .field(.version), text)),
      .test(RewriteTest(.item, .field(.kind), .exists)),
      .not(.test(RewriteTest(.metric, .field(.name), .equals(.string("a"))))),
    ])
    return [
      RewriteProgram([RewriteStage(.resource, edits), RewriteStage(.scope, edits)]),
      RewriteProgram([RewriteStage(.item, when: condition, edits)]),
      try RewritePrograms.whole("together", .traces),
      try RewritePrograms.whole("together", .metrics),
      try RewritePrograms.whole("together", .logs),
      try RewritePrograms.whole("drop_scopes", .traces),
    ]
  }

  /// What is valid before is valid after, with as many items; the rest is refused or not changed further.
  private static func check(
    _ bytes: ByteSlice, _ signal: Signal, _ programs: [RewriteProgram]
  ) throws {
    let valid = try? RequestValidator.validate(bytes, signal: signal)
    for program in programs {
      let payload = Payload(bytes, itemCount: valid?.payload.itemCount ?? 1)
      guard
        let outcome = try? payload.rewritten(by: program, signal: signal, origin: Origin())
      else { continue }
      guard let valid, valid.rejected.isEmpty else { continue }
      let after = try RequestValidator.validate(outcome.payload.joined(), signal: signal)
      let left = valid.payload.itemCount - outcome.droppedItemCount(by: 0)
      #expect(after.payload.itemCount == left && outcome.payload.itemCount == left)
    }
  }

  @Test("fields that are not known stay, in every message around an edit and in it")
  func unknownFields() throws {
    var buffer = ByteBuffer()
    buffer.appendField(1) { group in
      group.appendField(1) { resource in
        BatchBuilder.appendAttribute(&resource, 1, "a", "1")
        resource.appendField(900, text: "r")
      }
      group.appendField(2) { scope in
        scope.appendField(2) { span in
          span.appendField(900, text: "before")
          span.appendField(9) { pair in
            pair.appendField(1, text: "a")
            pair.appendField(2) { $0.appendField(1, text: "old") }
            pair.appendField(901, varint: 5)
          }
          span.appendField(902, text: "s")
        }
        scope.appendField(903, text: "c")
      }
      group.appendField(904, text: "g")
    }
    buffer.appendField(905, text: "q")
    let slice = buffer.takeSlice()
    let edit = RewritePrograms.set("a", .string("a longer value"))
    let program = RewriteProgram([RewriteStage(.resource, [edit]), RewriteStage(.item, [edit])])
    let outcome = try Payload(slice, itemCount: 1).rewritten(
      by: program, signal: .traces, origin: Origin())
    let text = outcome.payload.joined().text
    for kept in ["before", "r", "s", "c", "g", "q"] { #expect(text.contains(kept)) }
    #expect(!text.contains("old"))
    let back = RewriteProgram([
      RewriteStage(.resource, [RewritePrograms.set("a", .string("1"))]),
      RewriteStage(.item, [RewritePrograms.set("a", .string("old"))]),
    ])
    let restored = try outcome.payload.rewritten(by: back, signal: .traces, origin: Origin())
    #expect(restored.payload.joined() == slice)
  }

  @Test("an attribute whose last key is a second one is found by it")
  func secondKey() throws {
    var buffer = ByteBuffer()
    buffer.appendField(1) { group in
      group.appendField(1) { resource in
        resource.appendField(1) { pair in
          pair.appendField(1, text: "x")
          pair.appendField(1, text: "secret")
          pair.appendField(2) { $0.appendField(1, text: "1") }
        }
      }
    }
    let delete = AttributeEdit.delete(AttributeSelection(key: AttributeKey("secret")))
    let outcome = try Payload(buffer.takeSlice(), itemCount: 1).rewritten(
      by: RewriteProgram([RewriteStage(.resource, [delete])]), signal: .traces, origin: Origin())
    #expect(outcome.payload.joined().array == [0x0A, 2, 0x0A, 0])
  }

  @Test("a span with two statuses is refused where the status is looked at or set")
  func twoStatuses() {
    var buffer = ByteBuffer()
    buffer.appendField(1) { group in
      group.appendField(2) { scope in
        scope.appendField(2) { span in
          for code in [1, 2] as [UInt64] {
            span.appendField(15) { $0.appendField(3, varint: code) }
          }
        }
      }
    }
    let payload = Payload(buffer.takeSlice(), itemCount: 1)
    let failed = RewriteTest(.item, .field(.statusCode), .equals(.int(2)))
    for stage in [
      RewriteStage(.item, when: .test(failed), [.drop]),
      RewriteStage(.item, [.set(.statusMessage, .literal(.string("x")))]),
    ] {
      #expect(throws: WireError.self) {
        try payload.rewritten(by: RewriteProgram([stage]), signal: .traces, origin: Origin())
      }
    }
  }

  @Test("a group with two resources is refused, so that no attribute escapes an edit")
  func twoResources() {
    var buffer = ByteBuffer()
    buffer.appendField(1) { group in
      group.appendField(1) { BatchBuilder.appendAttribute(&$0, 1, "secret", "1") }
      group.appendField(1) { BatchBuilder.appendAttribute(&$0, 1, "secret", "2") }
    }
    let payload = Payload(buffer.takeSlice(), itemCount: 1)
    let delete = AttributeEdit.delete(AttributeSelection(key: AttributeKey("secret")))
    #expect(throws: WireError.self) {
      try payload.rewritten(
        by: RewriteProgram([RewriteStage(.resource, [delete])]), signal: .traces, origin: Origin())
    }
  }

  @Test("an attribute that is there twice is deleted twice")
  func doubledKeys() throws {
    var buffer = ByteBuffer()
    buffer.appendField(1) { group in
      group.appendField(1) { resource in
        for value in ["1", "2"] { BatchBuilder.appendAttribute(&resource, 1, "secret", value) }
      }
    }
    let delete = AttributeEdit.delete(AttributeSelection(key: AttributeKey("secret")))
    let outcome = try Payload(buffer.takeSlice(), itemCount: 1).rewritten(
      by: RewriteProgram([RewriteStage(.resource, [delete])]), signal: .traces, origin: Origin())
    #expect(outcome.payload.joined().array == [0x0A, 2, 0x0A, 0])
  }
}
