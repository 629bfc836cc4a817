import Bytes
import Testing

@testable import Compression

@Suite struct LimitTests {
  /// 8 MiB of zeros, which each codec shrinks as far as it can.
  static let zeros = [UInt8](repeating: 0, count: 8 << 20)

  @Test("a bomb is refused at the limit", arguments: CompressionCodec.allCases)
  func bomb(codec: CompressionCodec) throws {
    let bytes = try Samples.compress(LimitTests.zeros, codec)
    for limit in [0, 1, 1000, 1 << 20, LimitTests.zeros.count - 1] {
      #expect(Samples.refusal(of: bytes, codec, limit: limit) == .tooLarge(limit: limit))
    }
    var decompressor = Decompressor()
    let whole = try decompressor.decompress(bytes.span, codec, limit: LimitTests.zeros.count)
    #expect(whole.count == LimitTests.zeros.count)
    #expect(whole.retainedByteCount <= LimitTests.zeros.count)
  }

  @Test("many members that are bombs together are refused at the limit")
  func manyMembers() throws {
    let member = try Samples.compress([UInt8](repeating: 0, count: 1 << 20), .gzip)
    let bytes = (0..<64).flatMap { _ in member }
    #expect(Samples.refusal(of: bytes, .gzip, limit: 8 << 20) == .tooLarge(limit: 8 << 20))
    let back = try Samples.decompress(bytes, .gzip)
    #expect(back.count == 64 << 20)
  }

  static let liars: [(CompressionCodec, [UInt8])] = [
    // A zstd frame of one segment that announces 2^40 bytes.
    (.zstd, [0x28, 0xB5, 0x2F, 0xFD, 0xE0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0]),
    // A block that announces 2^32 - 1 bytes.
    (.snappy, [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x00, 0x41]),
    // A frame that announces 2^40 bytes.
    (.lz4, [0x04, 0x22, 0x4D, 0x18, 0x68, 0x40, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]),
  ]

  @Test("an announced size over the limit is refused before memory is taken", arguments: liars)
  func announcedOverLimit(codec: CompressionCodec, bytes: [UInt8]) {
    #expect(Samples.refusal(of: bytes, codec) == .tooLarge(limit: 64 << 20))
  }

  @Test("an announced size within the limit that is not kept is malformed")
  func announcedWithinLimit() throws {
    var snappy = try Samples.compress(Samples.text(10_000), .snappy)
    snappy[1] = 0x7F
    var zstd = try Samples.compress(Samples.text(10_000), .zstd)
    // Behind the magic and the descriptor stand the two bytes of the size.
    zstd[6] ^= 0x10
    var gzip = try Samples.compress(Samples.text(10_000), .gzip)
    gzip[gzip.count - 3] = 0
    for (codec, bytes) in [(.snappy, snappy), (.zstd, zstd), (.gzip, gzip)]
      as [(CompressionCodec, [UInt8])]
    {
      guard case .malformed = Samples.refusal(of: bytes, codec) else {
        Issue.record("\(codec) accepted a wrong size")
        continue
      }
    }
  }

  @Test("zstd's window takes no memory of its own, whatever its size")
  func window() throws {
    // A window of 2^30 bytes, then one stored block of three bytes.
    let bytes: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xA0, 0x19, 0, 0, 0x61, 0x62, 0x63]
    let back = try Samples.decompress(bytes, .zstd, limit: 3)
    #expect(back == Array("abc".utf8))
  }

  @Test("output memory doubles and stops at the limit", arguments: [0, 1, 63, 64, 5000, 1 << 20])
  func growth(limit: Int) throws {
    let full = LimitedOutput(limit: limit, expecting: .max)
    let most = full.room
    #expect(most == limit)
    var output = LimitedOutput(limit: limit, expecting: 0)
    for _ in 0..<64 where output.room < limit {
      let room = output.room
      try output.grow()
      let larger = output.room
      #expect(larger == min(limit, max(room * 2, 4096)))
    }
    var refusal: CompressionError?
    do { try output.grow() } catch { refusal = error }
    #expect(refusal == .tooLarge(limit: limit))
  }

  static let checksums: [([UInt8], UInt32)] = [
    ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
    ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
    ((0..<32).map { UInt8($0) }, 0x46DD_794E), (Array("123456789".utf8), 0xE306_9283),
  ]

  @Test("RFC 3720 B.4: checksums of known data", arguments: checksums)
  func checksum(bytes: [UInt8], expected: UInt32) {
    let checksum = CRC32C.checksum(bytes.span)
    #expect(checksum == expected)
  }
}
