import Bytes
@testable import Telemetry
import TestSupport
import Testing

@Suite struct RewriteSharingTests {
  /// Hands on whatever it can.
  static let all = RewriteSharing(leastByteCount: 1, leastQuarters: 0)
  /// Copies everything.
  static let none = RewriteSharing(leastByteCount: .max, leastQuarters: 0)
  static let kinds = [
    all, RewriteSharing(leastByteCount: 40, leastQuarters: 0),
    RewriteSharing(leastByteCount: 40, leastQuarters: 3),
  ]

  @Test(
    "what is handed on and what is copied are the bytes of the same edits on Python's objects",
    arguments: RewriteFixture.all)
  func sameAsObjects(fixture: RewriteFixture) throws {
    let program =
      try fixture.context.map { try RewritePrograms.program($0, fixture.name) }
      ?? RewritePrograms.whole(fixture.name, fixture.signal)
    for (index, request) in Fixture.all(fixture.signal).enumerated() {
      let payload = Payload(request.bytes, itemCount: request.itemCount)
      for sharing in Self.kinds {
        let edited = try payload.rewritten(
          by: program, signal: fixture.signal, origin: Origin(), sharing: sharing)
        let digest = SHA256.hexDigest(edited.payload.joined().span)
        #expect(String(decoding: digest.prefix(16), as: UTF8.self) == fixture.digests[index])
        Self.check(edited.payload, fixture.signal)
      }
    }
  }

  /// What each payload promises of itself.
  static func check(_ payload: Payload, _ signal: Signal) {
    #expect(payload.pieces.allSatisfy { !$0.isEmpty })
    #expect(payload.byteCount == payload.joined().count)
    #expect(payload.slices.flatMap(\.array) == payload.joined().array)
    let counts = payload.slices.map { PayloadCounter.countItems($0, signal: signal) }
    #expect(counts.reduce(0, +) == payload.itemCount)
    var sections = SectionCursor(payload)
    var known: [Int?] = []
    while let section = sections.next() { known.append(section.itemCount) }
    #expect(known.count == counts.count)
    for (known, count) in zip(known, counts) { #expect(known == nil || known == count) }
  }

  @Test(
    "random programs one after the other make the same bytes of ropes as of copies",
    arguments: RewriteSafetyTests.signals)
  func chains(signal: Signal) throws {
    var random = SeededRandom(seed: 11)
    let names = [
      "upsert_delete", "kinds", "chain", "hashes", "patterns", "to_string", "to_int",
    ]
    let programs =
      try [RewriteContext.resource, .scope, .item].flatMap { context in
        try names.map { try RewritePrograms.program(context, $0) }
      }
      + ["drop_resources", "drop_scopes", "drop_items", "together"].map {
        try RewritePrograms.whole($0, signal)
      }
    let requests = Fixture.all(signal)
    var ropes = 0
    for _ in 0..<150 {
      var copied = Payload.empty
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let request = requests[Int.random(in: 0..<requests.count, using: &random)]
        copied.append(Payload(request.bytes, itemCount: request.itemCount))
      }
      var shared = copied
      for _ in 0..<3 {
        let program = programs[Int.random(in: 0..<programs.count, using: &random)]
        let least = Int.random(in: 1...300, using: &random)
        let once = try copied.rewritten(
          by: program, signal: signal, origin: Origin(), sharing: Self.none)
        let other = try shared.rewritten(
          by: program, signal: signal, origin: Origin(),
          sharing: RewriteSharing(leastByteCount: least, leastQuarters: 0))
        (copied, shared) = (once.payload, other.payload)
        #expect(copied.joined() == shared.joined())
        #expect(copied.itemCount == shared.itemCount)
        #expect(once.droppedItemCount(by: 0) == other.droppedItemCount(by: 0))
        Self.check(shared, signal)
        ropes += shared.ropes.count
      }
    }
    #expect(ropes > 100)
  }

  @Test(
    "lengths around bytes that are handed on have the right width",
    arguments: [0..<130, 16_250..<16_400, 2_097_050..<2_097_160])
  func lengths(sizes: Range<Int>) throws {
    let upsert = RewriteProgram([
      RewriteStage(.resource, [RewritePrograms.set("env", .string("x"))])
    ])
    // A delete makes lengths shorter and an upsert longer: a length may lose a byte or get one.
    let delete = RewriteProgram([
      RewriteStage(.resource, [.delete(AttributeSelection(key: AttributeKey("env")))])
    ])
    for size in sizes {
      let span = RequestBuilder.span(name: [UInt8](repeating: 0x61, count: size))
      let bytes = ByteSlice(RequestBuilder.request(items: [span]))
      let payload = Payload(bytes, itemCount: 1)
      let more = try payload.rewritten(
        by: upsert, signal: .traces, origin: Origin(), sharing: Self.all
      ).payload
      let copy = try payload.rewritten(
        by: upsert, signal: .traces, origin: Origin(), sharing: Self.none
      ).payload
      let less = try copy.rewritten(
        by: delete, signal: .traces, origin: Origin(), sharing: Self.all
      ).payload
      try #require(more.pieces.count > 1 && less.pieces.count > 1)
      try #require(more.joined() == copy.joined())
      try #require(less.joined() == bytes)
    }
  }

  @Test(
    "a message that goes takes what was handed on of it with it",
    arguments: [RewriteContext.resource, .scope, .item])
  func vanishing(level: RewriteContext) throws {
    let long = RequestBuilder.field(900, [UInt8](repeating: 1, count: 5000))
    let spans = ["stays", "goes"].map { RequestBuilder.span(name: Array($0.utf8), more: long) }
    let goes = RewriteTest(.item, .field(.name), .equals(.string("goes")))
    var request: [UInt8] = long
    // Of a group whose spans all go, the long fields of its scope go too, and what was handed on before stays.
    for items in [[spans[0]], [spans[1]], [spans[0], spans[1]], [spans[1], spans[1]], [spans[0]]] {
      request += RequestBuilder.request(items: items, resource: long, scope: long) + long
    }
    let payload = Payload(ByteSlice(request), itemCount: 7)
    let program = RewriteProgram([
      RewriteStage(.item, when: .test(goes), [.drop]),
      RewriteStage(level, [RewritePrograms.set("a", .int(1))]),
    ])
    let copied = try payload.rewritten(
      by: program, signal: .traces, origin: Origin(), sharing: Self.none)
    for quarters in [0, 1, 4] {
      let sharing = RewriteSharing(leastByteCount: 4096, leastQuarters: quarters)
      let shared = try payload.rewritten(
        by: program, signal: .traces, origin: Origin(), sharing: sharing)
      #expect(shared.payload.joined() == copied.payload.joined())
      #expect(shared.payload.pieces.count > 1 || quarters == 4)
      #expect(shared.payload.itemCount == 3)
      Self.check(shared.payload, .traces)
    }
    let everything = RewriteProgram([RewriteStage(.item, [RewriteEdit.drop])])
    let rest = try payload.rewritten(
      by: everything, signal: .traces, origin: Origin(), sharing: Self.all)
    #expect(rest.payload.joined().count == 6 * long.count)
    #expect(rest.payload.itemCount == 0)
  }
}
