import Bytes
import HTTP1
import TestSupport
import Testing

@Suite struct HTTP1MutationTests {
  @Test("10,000 mutated requests read alike whole and in pieces")
  func requests() {
    var generator = SeededRandom(seed: 1)
    let samples = HTTP1RequestTests.accepted.map { Array($0.bytes.utf8) }
    for round in 0..<10_000 {
      let bytes = generator.mutated(samples[round % samples.count])
      let whole = feedRequests(bytes, step: max(bytes.count, 1))
      let pieces = feedRequests(bytes, step: 1 + round % 5)
      #expect(whole == pieces)
    }
  }

  @Test("10,000 mutated responses read alike whole and in pieces")
  func responses() {
    var generator = SeededRandom(seed: 2)
    let samples = HTTP1ResponseTests.accepted.map { Array($0.bytes.utf8) }
    for round in 0..<10_000 {
      let bytes = generator.mutated(samples[round % samples.count])
      let whole = feedResponse(bytes, step: max(bytes.count, 1))
      let pieces = feedResponse(bytes, step: 1 + round % 5)
      #expect(whole == pieces)
    }
  }
}
