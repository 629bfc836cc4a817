import Bytes
@testable import Telemetry
import TestSupport
import Testing

/// What becomes of payloads of which most was handed on, with the limits that hold outside of tests.
@Suite struct RopeTests {
  static let upsert = RewriteProgram([
    RewriteStage(.resource, [RewritePrograms.set("env", .string("prod"))])
  ])

  static func edited(
    _ count: Int, _ signal: Signal = .traces, by program: RewriteProgram = upsert
  ) throws -> (before: ByteSlice, after: Payload) {
    let payload = BatchBuilder.payload(signal, count)
    let outcome = try payload.rewritten(by: program, signal: signal, origin: Origin())
    return (payload.joined(), outcome.payload)
  }

  private static func isPart(_ piece: ByteSlice, of slice: ByteSlice) -> Bool {
    // The addresses are compared and not followed.
    guard let start = unsafe slice.baseAddress, let first = unsafe piece.baseAddress else {
      return false
    }
    return unsafe first >= start && first + piece.count <= start + slice.count
  }

  @Test("an edit of the resource hands on the items", arguments: RewriteSafetyTests.signals)
  func resource(signal: Signal) throws {
    let (before, after) = try Self.edited(500, signal)
    #expect(after.pieces.count == 2)
    #expect(Self.isPart(after.pieces[1], of: before))
    #expect(after.pieces[0].count < 200)
    #expect(after.slices.count == 1)
    RewriteSharingTests.check(after, signal)
    let request = try RequestValidator.validate(after.joined(), signal: signal)
    #expect(request.itemCount == 500 && request.rejected.isEmpty)
  }

  @Test("of a small request all is copied, and so is one that is edited everywhere")
  func copies() throws {
    #expect(try Self.edited(20).after.pieces.count == 1)
    let everywhere = RewriteProgram([RewriteStage(.item, [RewritePrograms.set("a", .int(1))])])
    #expect(try Self.edited(500, by: everywhere).after.pieces.count == 1)
  }

  @Test("what is held beside the memory of the request is at most a quarter of it and the edits")
  func heldBeside() throws {
    for edits in [1, 2, 3, 5, 8, 20, 50, 100, 200, 500] {
      var buffer = ByteBuffer()
      buffer.appendField(1) { group in
        group.appendField(2) { scope in
          for index in 0..<500 {
            scope.appendField(2) { span in
              span.appendField(5, text: index % edits == 0 ? "edit" : "leave")
              span.appendField(900, text: String(repeating: "x", count: 500))
            }
          }
        }
      }
      let slice = buffer.takeSlice()
      let named = RewriteTest(.item, .field(.name), .equals(.string("edit")))
      let program = RewriteProgram([
        RewriteStage(.item, when: .test(named), [RewritePrograms.set("a", .int(1))])
      ])
      let after = try Payload(slice, itemCount: 500).rewritten(
        by: program, signal: .traces, origin: Origin()
      ).payload
      var held = 0
      for piece in after.pieces where !Self.isPart(piece, of: slice) { held += piece.count }
      let added = after.byteCount - slice.count
      #expect(after.pieces.count == 1 || held <= slice.count / 4 + added)
    }
  }

  @Test("what a filter leaves of a large request does not hold its memory")
  func littleLeft() throws {
    let long = RequestBuilder.field(900, [UInt8](repeating: 1, count: 5000))
    let names = ["goes", "goes", "stays", "goes"]
    let spans = names.map { RequestBuilder.span(name: Array($0.utf8), more: long) }
    let goes = RewriteTest(.item, .field(.name), .equals(.string("goes")))
    let payload = Payload(ByteSlice(RequestBuilder.request(items: spans)), itemCount: 4)
    let after = try payload.rewritten(
      by: RewriteProgram([RewriteStage(.item, when: .test(goes), [.drop])]), signal: .traces,
      origin: Origin()
    ).payload
    #expect(after.pieces.count == 1 && after.itemCount == 1)
    #expect(after.pieces[0].retainedByteCount < 6000)
  }

  @Test("ropes join with slices and with other ropes")
  func joining() throws {
    let slice = BatchBuilder.payload(.traces, 3)
    let rope = try Self.edited(100).after
    var whole = Payload.empty
    for part in [slice, rope, slice, rope, rope] { whole.append(part) }
    #expect(whole.itemCount == 306)
    #expect(whole.pieces.count == 8)
    #expect(
      whole.slices
        == [slice.joined(), rope.joined(), slice.joined(), rope.joined(), rope.joined()])
    RewriteSharingTests.check(whole, .traces)
  }

  @Test("a rope that fits is in its part as it is, another is divided")
  func dividing() throws {
    let rope = try Self.edited(100).after
    var whole = BatchBuilder.payload(.traces, 10)
    for _ in 0..<5 { whole.append(rope) }
    for size in [1, 7, 100, 110, 210, 255, 509, 510] {
      let parts = whole.divided(itemCount: size, signal: .traces)
      #expect(parts.dropLast().allSatisfy { $0.itemCount == size })
      try PayloadSplittingTests.check(parts, whole, .traces)
      for part in parts { RewriteSharingTests.check(part, .traces) }
    }
    let parts = whole.divided(itemCount: 255, signal: .traces)
    // Ten spans, two ropes as they are, and 45 items of the next.
    #expect(parts[0].ropes.count == 2)
    #expect(parts[0].pieces[1].isSame(as: rope.pieces[0]))
    #expect(parts[0].pieces[2].isSame(as: rope.pieces[1]))
  }

  @Test("a payload of ropes splits after any item, and by bytes")
  func splitting() throws {
    let rope = try Self.edited(100).after
    var whole = rope
    whole.append(BatchBuilder.payload(.traces, 2))
    whole.append(rope)
    for count in [1, 50, 99, 100, 101, 102, 103, 150, 201] {
      let (head, rest) = whole.split(afterItems: count, signal: .traces)
      #expect(head.itemCount == count)
      try PayloadSplittingTests.check([head, rest], whole, .traces)
      for part in [head, rest] { RewriteSharingTests.check(part, .traces) }
    }
    for count in [1, 1000, rope.byteCount, rope.byteCount + 1, whole.byteCount - 1] {
      let (head, rest) = whole.split(maximumBytes: count, signal: .traces)
      #expect(head.byteCount <= count || head.itemCount == 1)
      try PayloadSplittingTests.check([head, rest], whole, .traces)
      for part in [head, rest] { RewriteSharingTests.check(part, .traces) }
    }
  }

  @Test("a program that changes nothing of a rope leaves its pieces")
  func unchanged() throws {
    var whole = try Self.edited(100).after
    whole.append(BatchBuilder.payload(.traces, 2))
    let again = try whole.rewritten(by: Self.upsert, signal: .traces, origin: Origin()).payload
    // The first section has the attribute already, the second gets it.
    #expect(again.pieces.count == 3)
    for index in 0..<2 { #expect(again.pieces[index].isSame(as: whole.pieces[index])) }
    RewriteSharingTests.check(again, .traces)
  }
}
