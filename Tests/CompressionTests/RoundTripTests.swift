import Bytes
import Compression
import TestSupport
import Testing

@Suite struct RoundTripTests {
  @Test(
    "what is compressed comes back", arguments: CompressionCodec.allCases, Samples.sizes)
  func roundTrip(codec: CompressionCodec, size: Int) throws {
    for bytes in [Samples.text(size), Samples.noise(size)] {
      let compressed = try Samples.compress(bytes, codec)
      let back = try Samples.decompress(compressed, codec)
      #expect(back == bytes)
      #expect(compressed.count <= size + size / 6 + 64)
    }
    if size >= 65_536 {
      let compressed = try Samples.compress(Samples.text(size), codec)
      #expect(compressed.count < size / 3)
    }
  }

  @Test("slices are compressed as the message they make", arguments: CompressionCodec.allCases)
  func slices(codec: CompressionCodec) throws {
    let bytes = Samples.text(300_000)
    var compressor = Compressor()
    var decompressor = Decompressor()
    for cuts in [[], [1], [0, 0, 7, 7, 150_000, 299_999], [65_536, 131_072]] {
      let ends = cuts + [bytes.count]
      let starts = [0] + cuts
      let slices = zip(starts, ends).map { ByteSlice(Array(bytes[$0..<$1])) }
      let compressed = try compressor.compress(slices, codec)
      let back = try decompressor.decompress(compressed.span, codec, limit: bytes.count)
      #expect(back.array == bytes)
    }
    let nothing = try compressor.compress([], codec)
    let back = try decompressor.decompress(nothing.span, codec, limit: 0)
    #expect(back.isEmpty)
  }

  @Test("every level comes back, and others are refused", arguments: CompressionCodec.allCases)
  func levels(codec: CompressionCodec) throws {
    let bytes = Samples.text(5000)
    guard let levels = Compressor.levels(of: codec) else {
      let ignored = try Samples.compress(bytes, codec, level: 99)
      let plain = try Samples.compress(bytes, codec)
      #expect(ignored == plain)
      return
    }
    var compressor = Compressor()
    for level in levels {
      let compressed = try compressor.compress([ByteSlice(bytes)], codec, level: level)
      let back = try Samples.decompress(compressed.array, codec)
      #expect(back == bytes)
    }
    for level in [levels.lowerBound - 1, levels.upperBound + 1] {
      do {
        _ = try compressor.compress([ByteSlice(bytes)], codec, level: level)
        Issue.record("level \(level) was accepted")
      } catch {
        #expect(error == .unsupportedLevel(level, allowed: levels))
      }
    }
  }

  @Test("contexts serve messages of all codecs in any order, also after bad ones")
  func reuse() throws {
    var compressor = Compressor()
    var decompressor = Decompressor()
    var generator = SeededRandom(seed: 3)
    for round in 0..<400 {
      let codec = CompressionCodec.allCases[round % CompressionCodec.allCases.count]
      let bytes = Samples.text(Int.random(in: 0..<5000, using: &generator))
      let level = Compressor.levels(of: codec).map { min(max(round % 5, $0.lowerBound), 5) }
      let compressed = try compressor.compress([ByteSlice(bytes)], codec, level: level)
      let cut = compressed[0..<compressed.count - 1]
      do {
        _ = try decompressor.decompress(cut.span, codec, limit: 1 << 20)
        Issue.record("a truncated message was accepted")
      } catch {}
      let back = try decompressor.decompress(compressed.span, codec, limit: 1 << 20)
      #expect(back.array == bytes)
    }
  }

  @Test("what other programs write is read", arguments: InteropVector.all)
  func interop(vector: InteropVector) throws {
    let back = try Samples.decompress(vector.bytes, vector.codec)
    #expect(back == InteropVector.text)
    let tight = try Samples.decompress(vector.bytes, vector.codec, limit: InteropVector.text.count)
    #expect(tight == InteropVector.text)
    let refusal = Samples.refusal(
      of: vector.bytes, vector.codec, limit: InteropVector.text.count - 1)
    #expect(refusal == .tooLarge(limit: InteropVector.text.count - 1))
  }

  @Test("RFC 9110 8.4.1.2: deflate is written as zlib")
  func deflateIsZlib() throws {
    let compressed = try Samples.compress(Samples.text(1000), .deflate)
    let back = try Samples.decompress(compressed, .zlib)
    #expect(back == Samples.text(1000))
  }

  @Test("snappy frames hold at most 64 KiB a chunk and store what does not shrink")
  func framing() throws {
    let frames = try Samples.compress(Samples.noise(65_537), .snappyFramed)
    // The identifier, then stored chunks of 65,536 bytes and of one byte with their checksums.
    #expect(frames.count == 10 + 8 + 65_536 + 8 + 1)
    #expect(frames[10..<14] == [0x01, 0x04, 0x00, 0x01])
  }
}
