import Bytes
import Telemetry
import TestSupport
import Testing

@testable import OTLP

@Suite struct JSONMutationTests {
  private static let tokens = ["{", "}", "[", "]", ",", ":", "\"", "\\u", "null", "-", "1e9", "0"]

  private func mutate(_ bytes: inout [UInt8], _ numbers: inout SeededRandom, _ tokens: [[UInt8]]) {
    for _ in 0..<Int.random(in: 1...4, using: &numbers) where !bytes.isEmpty {
      let index = Int.random(in: 0..<bytes.count, using: &numbers)
      switch Int.random(in: 0..<4, using: &numbers) {
      case 0: bytes[index] = UInt8.random(in: 0...255, using: &numbers)
      case 1: bytes.remove(at: index)
      case 2: bytes.insert(contentsOf: tokens.randomElement(using: &numbers) ?? [], at: index)
      default: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
      }
    }
  }

  @Test("10,000 mutated texts are refused, or give bytes that survive the way there and back")
  func mutatedJSON() throws {
    var numbers = SeededRandom(seed: 1)
    let tokens = Self.tokens.map { Array($0.utf8) }
    let fixtures = RequestFixture.all.sorted { $0.json.utf8.count < $1.json.utf8.count }.prefix(20)
    var acceptedCount = 0
    for round in 0..<10_000 {
      let fixture = fixtures[round % fixtures.count]
      var bytes = Array(fixture.json.utf8)
      mutate(&bytes, &numbers, tokens)
      guard let wire = try? decoded(bytes, as: fixture.signal) else { continue }
      acceptedCount += 1
      #expect(wire.count <= bytes.count * 5)
      let text = try encoded(wire, as: fixture.signal)
      #expect(try normalised(text, as: fixture.signal) == text)
    }
    #expect(acceptedCount > 100)
  }

  @Test("10,000 mutated requests are refused, or give JSON that survives the way there and back")
  func mutatedWire() throws {
    var numbers = SeededRandom(seed: 2)
    let tokens: [[UInt8]] = [
      [0x0A, 0x00], [0xFF, 0xFF, 0x01], [0x08, 0x01], [0x80], [0x12, 0x7F],
    ]
    let fixtures = RequestFixture.all.sorted { $0.wire.count < $1.wire.count }.prefix(20)
    var acceptedCount = 0
    for round in 0..<10_000 {
      let fixture = fixtures[round % fixtures.count]
      var bytes = fixture.wire
      mutate(&bytes, &numbers, tokens)
      guard let text = try? encoded(bytes, as: fixture.signal) else { continue }
      acceptedCount += 1
      #expect(try normalised(text, as: fixture.signal) == text)
    }
    #expect(acceptedCount > 100)
  }
}
