import Bytes
import Telemetry
import Testing

@Suite struct PayloadDividingTests {
  @Test("merged requests divide into full parts", arguments: [Signal.traces, .metrics, .logs])
  func byItems(signal: Signal) throws {
    var whole = Payload.empty
    for fixture in Fixture.all(signal) {
      whole.append(Payload(fixture.bytes, itemCount: fixture.itemCount))
    }
    for size in [7, 8, 50, whole.itemCount, whole.itemCount + 1] {
      let parts = whole.divided(itemCount: size, signal: signal)
      #expect(parts.dropLast().allSatisfy { $0.itemCount == size })
      try PayloadSplittingTests.check(parts, whole, signal)
    }
  }

  @Test("a request divides into single items", arguments: Signal.allCases)
  func singles(signal: Signal) throws {
    for fixture in Fixture.all(signal) where (1...12).contains(fixture.itemCount) {
      let whole = Payload(fixture.bytes, itemCount: fixture.itemCount)
      let parts = whole.divided(itemCount: 1, signal: signal)
      try PayloadSplittingTests.check(parts, whole, signal)
    }
  }

  @Test("parts have at most so many bytes", arguments: Signal.allCases, [400, 1000, 3000])
  func byBytes(signal: Signal, limit: Int) throws {
    for fixture in Fixture.all(signal) where fixture.itemCount > 0 {
      let whole = Payload(fixture.bytes, itemCount: fixture.itemCount)
      let parts = whole.divided(itemCount: .max, byteCount: limit, signal: signal)
      for part in parts {
        #expect(part.byteCount <= limit || PayloadSplittingTests.isOneUnit(part, signal))
      }
      try PayloadSplittingTests.check(parts, whole, signal)
    }
  }

  @Test("each part is as full as its bytes allow")
  func fullParts() throws {
    let spans = [[UInt8]](repeating: RequestBuilder.span(), count: 1000)
    let bytes = RequestBuilder.request(items: spans, resource: RequestBuilder.field(900, [1]))
    let whole = Payload(ByteSlice(bytes), itemCount: 1000)
    for limit in [400, 1000, 5000, 20_000] {
      let parts = whole.divided(itemCount: .max, byteCount: limit, signal: .traces)
      #expect(parts.allSatisfy { $0.byteCount <= limit })
      // One span takes 36 bytes with its tag and length; lengths around it may grow by two bytes each.
      #expect(parts.dropLast().allSatisfy { $0.byteCount > limit - 36 - 4 })
      try PayloadSplittingTests.check(parts, whole, .traces)
    }
  }

  @Test("a large resource is not copied for ever")
  func amplification() throws {
    let spans = [[UInt8]](repeating: RequestBuilder.span(), count: 2000)
    let bytes = RequestBuilder.request(
      items: spans, resource: RequestBuilder.field(900, [UInt8](repeating: 1, count: 50_000)))
    let whole = Payload(ByteSlice(bytes), itemCount: 2000)
    let parts = whole.divided(itemCount: 1, signal: .traces)
    let total = parts.reduce(0) { $0 + $1.byteCount }
    #expect(total <= bytes.count * (Payload.maximumCopies + 2))
    #expect(parts.count > 10)
    #expect(parts.reduce(0) { $0 + $1.itemCount } == 2000)
  }

  @Test(
    "dividing agrees with splitting again and again", arguments: [Signal.traces, .metrics, .logs])
  func agreement(signal: Signal) {
    for fixture in Fixture.all(signal) where fixture.itemCount > 4 {
      let whole = Payload(fixture.bytes, itemCount: fixture.itemCount)
      let parts = whole.divided(itemCount: 3, signal: signal)
      var rest = whole
      for part in parts {
        let split = rest.split(afterItems: 3, signal: signal)
        #expect(
          PayloadSplittingTests.items(part, signal)
            == PayloadSplittingTests.items(split.head, signal))
        rest = split.rest
      }
      #expect(rest.isEmpty)
    }
  }
}
