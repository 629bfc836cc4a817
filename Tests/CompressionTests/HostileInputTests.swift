import Bytes
import Compression
import TestSupport
import Testing

@Suite struct HostileInputTests {
  static let samples: [InteropVector] = InteropVector.all

  static func isMalformed(_ error: CompressionError?) -> Bool {
    if case .malformed(let reason) = error { return !reason.isEmpty }
    return false
  }

  /// Ends of members or frames, where what came before is a whole message.
  static func isWhole(_ bytes: [UInt8], _ codec: CompressionCodec) -> Bool {
    guard let back = try? Samples.decompress(bytes, codec) else { return false }
    return InteropVector.text.starts(with: back)
  }

  @Test("cut at any byte is malformed", arguments: samples)
  func truncation(vector: InteropVector) {
    var wholeCuts = 0
    for count in 0..<vector.bytes.count {
      let cut = Array(vector.bytes[..<count])
      if HostileInputTests.isWhole(cut, vector.codec) {
        wholeCuts += 1
      } else {
        #expect(HostileInputTests.isMalformed(Samples.refusal(of: cut, vector.codec)))
      }
    }
    // Only between two members, and behind the identifier of snappy frames.
    let isConcatenated = vector.name.contains("of two") || vector.name.contains("frames")
    #expect(wholeCuts == (isConcatenated ? 1 : 0))
  }

  @Test("followed by other bytes is malformed", arguments: samples)
  func trailingBytes(vector: InteropVector) {
    for garbage in [[0], [0, 0, 0, 0, 0, 0, 0, 0], Array("garbage, twenty bytes".utf8)] as [[UInt8]]
    {
      let error = Samples.refusal(of: vector.bytes + garbage, vector.codec)
      #expect(HostileInputTests.isMalformed(error))
    }
  }

  @Test("other data is malformed", arguments: CompressionCodec.allCases)
  func otherData(codec: CompressionCodec) {
    let others: [[UInt8]] = [
      [], [0], [0xFF], Array("plain text is not compressed".utf8),
      [UInt8](repeating: 0xFF, count: 99),
    ]
    for bytes in others where !(codec == .snappy && bytes == [0]) {
      #expect(Samples.refusal(of: bytes, codec) != nil)
    }
    for other in CompressionCodec.allCases where other != codec {
      guard let bytes = try? Samples.compress(Samples.noise(500), other),
        Samples.refusal(of: bytes, codec) == nil
      else { continue }
      // Only names for the same format read one another.
      let pair = Set([codec, other])
      #expect(pair == [.zlib, .deflate] || (codec == .snappy && other == .snappyFramed))
    }
  }

  static let checksums: [(CompressionCodec, Int)] = [
    (.gzip, -8), (.gzip, -4), (.zlib, -1), (.deflate, -1), (.snappyFramed, 14), (.lz4, -1),
  ]

  @Test("a wrong checksum or length is malformed", arguments: checksums)
  func checksum(codec: CompressionCodec, place: Int) throws {
    var bytes = try Samples.compress(Samples.text(1000), codec)
    let index = place < 0 ? bytes.count + place : place
    bytes[index] ^= 1
    #expect(HostileInputTests.isMalformed(Samples.refusal(of: bytes, codec)))
  }

  @Test("10,000 mutated inputs are read within the limit or refused")
  func mutations() {
    var generator = SeededRandom(seed: 4)
    var decompressor = Decompressor()
    var refused = 0
    let limit = 1 << 16
    for round in 0..<10_000 {
      let vector = HostileInputTests.samples[round % HostileInputTests.samples.count]
      var bytes = vector.bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes.remove(at: index)
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: index)
        case 2: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        default: bytes[index] = UInt8.random(in: 0...255, using: &generator)
        }
      }
      do {
        let back = try decompressor.decompress(bytes.span, vector.codec, limit: limit)
        #expect(back.count <= limit)
      } catch {
        refused += 1
      }
    }
    #expect(refused > 8000)
  }

  @Test("errors are sentences")
  func descriptions() {
    let limit = CompressionError.tooLarge(limit: 9)
    #expect("\(limit)" == "the data is larger than 9 bytes when decompressed")
    let level = CompressionError.unsupportedLevel(13, allowed: 0...12)
    #expect("\(level)" == "level 13 is not one of 0 to 12")
  }
}
