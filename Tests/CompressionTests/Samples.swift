import Bytes
import Compression
import TestSupport

/// Data to compress, and short ways to do it.
enum Samples {
  static let sizes = [0, 1, 100, 65_536, 3 << 20]

  /// Text that repeats itself as telemetry does.
  static func text(_ count: Int) -> [UInt8] { Array(allText.prefix(count)) }

  /// Bytes that cannot be compressed.
  static func noise(_ count: Int) -> [UInt8] { Array(allNoise.prefix(count)) }

  private static let allText: [UInt8] = {
    var bytes: [UInt8] = []
    var generator = SeededRandom(seed: 7)
    while bytes.count < 3 << 20 {
      let number = Int.random(in: 0..<1000, using: &generator)
      bytes += Array("http.request.method=GET server.port=80 duration=\(number)ms;".utf8)
    }
    return bytes
  }()

  private static let allNoise: [UInt8] = {
    var bytes: [UInt8] = []
    var generator = SeededRandom(seed: 8)
    while bytes.count < 3 << 20 {
      let number = generator.next()
      for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * shift))) }
    }
    return bytes
  }()

  static func compress(
    _ bytes: [UInt8], _ codec: CompressionCodec, level: Int? = nil
  ) throws -> [UInt8] {
    var compressor = Compressor()
    return try compressor.compress([ByteSlice(bytes)], codec, level: level).array
  }

  static func decompress(
    _ bytes: [UInt8], _ codec: CompressionCodec, limit: Int = 64 << 20
  ) throws(CompressionError) -> [UInt8] {
    var decompressor = Decompressor()
    return try decompressor.decompress(bytes.span, codec, limit: limit).array
  }

  /// What refuses the bytes; nil when they were accepted.
  static func refusal(
    of bytes: [UInt8], _ codec: CompressionCodec, limit: Int = 64 << 20
  ) -> CompressionError? {
    do {
      _ = try decompress(bytes, codec, limit: limit)
      return nil
    } catch {
      return error
    }
  }
}
