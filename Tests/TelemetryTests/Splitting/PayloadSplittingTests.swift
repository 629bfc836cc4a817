import Bytes
import Telemetry
import Testing

@Suite struct PayloadSplittingTests {
  /// The lines of the items of `payload`, without those of what is around them.
  static func items(_ payload: Payload, _ signal: Signal) -> [String] {
    let around = [
      "resource|", "scope|", "metric|", "strings|", "mapping|", "location|", "function|",
      "stack|", "attribute|",
    ]
    var lines = payload.slices.flatMap { RequestText.of($0, signal: signal) }
    if signal == .profiles {
      // A profile's slices are one request: the dictionary is a slice of its own.
      lines = RequestText.of(payload.joined(), signal: signal).filter { !$0.hasPrefix("link|") }
    }
    return lines.filter { line in !around.contains { line.hasPrefix($0) } }
  }

  static func check(_ parts: [Payload], _ whole: Payload, _ signal: Signal) throws {
    #expect(parts.flatMap { items($0, signal) } == items(whole, signal))
    for part in parts {
      let request = try RequestValidator.validate(part.joined(), signal: signal)
      #expect(request.itemCount == part.itemCount)
      #expect(request.rejected.isEmpty)
      #expect(part.slices.reduce(0) { $0 + $1.count } == part.byteCount)
      #expect(part.slices.allSatisfy { !$0.isEmpty })
    }
    #expect(parts.reduce(0) { $0 + $1.itemCount } == whole.itemCount)
  }

  @Test("a request divides after any item", arguments: Signal.allCases)
  func everyCount(signal: Signal) throws {
    for fixture in Fixture.all(signal).prefix(8) where fixture.itemCount > 0 {
      let whole = Payload(fixture.bytes, itemCount: fixture.itemCount)
      for count in 1...fixture.itemCount {
        let (head, rest) = whole.split(afterItems: count, signal: signal)
        if signal != .profiles { #expect(head.itemCount == count) }
        #expect(head.itemCount > 0)
        try Self.check(rest.isEmpty ? [head] : [head, rest], whole, signal)
      }
    }
  }

  @Test(
    "merged requests divide into parts of one size", arguments: [Signal.traces, .metrics, .logs])
  func chunks(signal: Signal) throws {
    var whole = Payload.empty
    for fixture in Fixture.all(signal) {
      whole.append(Payload(fixture.bytes, itemCount: fixture.itemCount))
    }
    for size in [1, 7, 50, whole.itemCount, whole.itemCount + 1] {
      var parts: [Payload] = []
      var rest = whole
      while !rest.isEmpty {
        let split = rest.split(afterItems: size, signal: signal)
        parts.append(split.head)
        rest = split.rest
      }
      #expect(parts.dropLast().allSatisfy { $0.itemCount == size })
      try Self.check(parts, whole, signal)
    }
  }

  @Test("requests divide into parts of at most so many bytes", arguments: Signal.allCases)
  func bytes(signal: Signal) throws {
    for fixture in Fixture.all(signal) where fixture.itemCount > 0 {
      let whole = Payload(fixture.bytes, itemCount: fixture.itemCount)
      for limit in [1, 300, 1000, 2000, fixture.bytes.count - 1, fixture.bytes.count] {
        var parts: [Payload] = []
        var rest = whole
        while !rest.isEmpty {
          let split = rest.split(maximumBytes: limit, signal: signal)
          #expect(!split.head.isEmpty)
          if split.head.isEmpty { return }
          #expect(split.head.byteCount <= limit || Self.isOneUnit(split.head, signal))
          parts.append(split.head)
          rest = split.rest
        }
        try Self.check(parts, whole, signal)
      }
    }
  }

  static func isOneUnit(_ payload: Payload, _ signal: Signal) -> Bool {
    if signal != .profiles { return payload.itemCount == 1 }
    let profiles = items(payload, signal).filter { $0.hasPrefix("profile|") }
    return payload.itemCount == 1 || profiles.count >= 1
  }

  @Test("merged requests divide into parts of at most so many bytes")
  func mergedBytes() throws {
    var whole = Payload.empty
    for fixture in Fixture.all(.metrics) {
      whole.append(Payload(fixture.bytes, itemCount: fixture.itemCount))
    }
    var parts: [Payload] = []
    var rest = whole
    while !rest.isEmpty {
      let split = rest.split(maximumBytes: 5000, signal: .metrics)
      #expect(split.head.byteCount <= 5000)
      parts.append(split.head)
      rest = split.rest
    }
    try Self.check(parts, whole, .metrics)
  }

  @Test("both parts say what they are of")
  func envelopes() {
    typealias Build = RequestBuilder
    let attribute = Build.field(1, Build.field(1, [0x6B]))
    let more = Build.field(900, [1])
    let spans = [Build.span(name: [0x61]), Build.span(name: [0x62]), Build.span(name: [0x63])]
    let bytes =
      Build.request(items: spans, resource: attribute, scope: Build.field(1, [0x6C])) + more
    let whole = Payload(ByteSlice(bytes), itemCount: 3)
    let (head, rest) = whole.split(afterItems: 1, signal: .traces)
    #expect(
      head.joined().array
        == Build.request(
          items: [spans[0]], resource: attribute, scope: Build.field(1, [0x6C])) + more)
    #expect(
      rest.joined().array
        == Build.request(
          items: Array(spans[1...]), resource: attribute, scope: Build.field(1, [0x6C])) + more)
  }

  @Test("what lies on one side of the cut is shared, not copied")
  func sharing() {
    let first = ByteSlice(RequestBuilder.request(items: [RequestBuilder.span()]))
    var whole = Payload(first, itemCount: 1)
    whole.append(Payload(first, itemCount: 1))
    whole.append(Payload(first, itemCount: 1))
    let (head, rest) = whole.split(afterItems: 1, signal: .traces)
    #expect(head.slices.count == 1)
    #expect(rest.slices.count == 2)
    let isShared = unsafe head.slices[0].baseAddress == first.baseAddress
    #expect(isShared)
  }

  @Test("only profiles do not merge by joining their bytes")
  func merging() {
    #expect(Signal.allCases.filter { !$0.mergesByConcatenation } == [.profiles])
  }
}
