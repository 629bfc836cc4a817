import Bytes
import Patterns
import Telemetry
import Testing

@Suite struct RewriteOracleTests {
  @Test(
    "edited bytes are those of the same edits on Python's objects", arguments: RewriteFixture.all)
  func sameAsObjects(fixture: RewriteFixture) throws {
    let program =
      try fixture.context.map { try RewritePrograms.program($0, fixture.name) }
      ?? RewritePrograms.whole(fixture.name, fixture.signal)
    let requests = Fixture.all(fixture.signal)
    #expect(requests.count == fixture.digests.count)
    for (index, request) in requests.enumerated() {
      let payload = Payload(request.bytes, itemCount: request.itemCount)
      let edited = try payload.rewritten(by: program, signal: fixture.signal, origin: Origin())
      let joined = edited.payload.joined()
      let digest = SHA256.hexDigest(joined.span)
      #expect(
        String(decoding: digest.prefix(16), as: UTF8.self) == fixture.digests[index],
        "request \(index)")
      let left = PayloadCounter.countItems(joined, signal: fixture.signal)
      #expect(edited.payload.itemCount == left)
      #expect(edited.droppedItemCount(by: 0) == request.itemCount - left)
    }
  }

  @Test("every slice is edited by itself", arguments: [Signal.traces, .metrics, .logs])
  func slices(signal: Signal) throws {
    let program = try RewritePrograms.program(.item, "kinds")
    var whole = Payload.empty
    var parts: [UInt8] = []
    for request in Fixture.all(signal) {
      let payload = Payload(request.bytes, itemCount: request.itemCount)
      whole.append(payload)
      let edited = try payload.rewritten(by: program, signal: signal, origin: Origin())
      parts += edited.payload.joined().array
    }
    let edited = try whole.rewritten(by: program, signal: signal, origin: Origin())
    #expect(edited.payload.joined().array == parts)
  }
}
