import Bytes
import Telemetry
import TestSupport
import Testing

@Suite struct RequestViewTests {
  @Test("views show what Python's protobuf reads", arguments: Signal.allCases)
  func oracle(signal: Signal) {
    #expect(Fixture.all(signal).count == 16)
    #expect(Fixture.all(signal).reduce(0) { $0 + $1.itemCount } > 50)
    for fixture in Fixture.all(signal) {
      let lines = RequestText.of(fixture.bytes, signal: signal)
      #expect(lines.joined(separator: "\n") == fixture.text)
    }
  }

  @Test("views of any bytes end", arguments: Signal.allCases)
  func hostile(signal: Signal) {
    var random = SeededRandom(seed: 7)
    for fixture in Fixture.all(signal).prefix(4) {
      for _ in 0..<200 {
        let bytes = random.mutation(of: fixture.bytes.array)
        _ = RequestText.of(ByteSlice(bytes), signal: signal)
      }
    }
  }
}
