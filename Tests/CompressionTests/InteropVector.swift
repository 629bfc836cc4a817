import Compression
import Testing

/// What other programs write for the same text, produced with Python's gzip and zlib and PyPI's
/// zstandard, python-snappy and lz4.
struct InteropVector: Sendable, CustomTestStringConvertible {
  var name: String
  var codec: CompressionCodec
  var hex: String
  var testDescription: String { name }

  static let text = Array((0..<12).map { "span \($0 % 7) of service checkout;" }.joined().utf8)

  static let all: [InteropVector] = [
    InteropVector(
      name: "gzip", codec: .gzip,
      hex: "1f8b08000000000000032b2e48cc533050c84f53284e2d2acb4c4e5548ce484dcece2f2db12e0649"
        + "19e29632c22d658c5bca04b794296e2933dc5203ef7800dd45e16e44010000"),
    InteropVector(
      name: "gzip with a file name", codec: .gzip,
      hex: "1f8b08080100000002ff6e616d652e62696e002b2e48cc533050c84f53284e2d2acb4c4e5548ce48"
        + "4dcece2f2db12e064919e29632c22d658c5bca04b794296e2933dc5203ef7800dd45e16e44010000"),
    InteropVector(
      name: "gzip of two members", codec: .gzip,
      hex: "1f8b08000000000002032b2e48cc533050c84f53284e2d2acb4c4e5548ce484dcece2f2db12e0649"
        + "19e29632c22d658c5bca04b794295629005ae9b5e5a20000001f8b08000000000004032b2e48cc53"
        + "3053c84f53284e2d2acb4c4e5548ce484dcece2f2db12e064919e09632c42d65845bca18b7940956"
        + "29008d04feb8a2000000"),
    InteropVector(
      name: "zlib", codec: .zlib,
      hex: "78da2b2e48cc533050c84f53284e2d2acb4c4e5548ce484dcece2f2db12e064919e29632c22d658c"
        + "5bca04b794296e2933dc5203ef7800f82574cc"),
    InteropVector(
      name: "deflate in zlib", codec: .deflate,
      hex: "78012b2e48cc533050c84f53284e2d2acb4c4e5548ce484dcece2f2db12e064919e29632c22d658c"
        + "5bca04b794296e2933dc5203ef7800f82574cc"),
    InteropVector(
      name: "raw deflate", codec: .deflate,
      hex: "2b2e48cc533050c84f53284e2d2acb4c4e5548ce484dcece2f2db12e064919e29632c22d658c5bca"
        + "04b794296e2933dc5203ef7800"),
    InteropVector(
      name: "zstd", codec: .zstd,
      hex: "28b52ffd60440015020064027370616e2030206f66207365727669636520636865636b6f75743b31"
        + "323334353630313233340c00e013601fb019b005d8076c066c01f6019b015b80bdbb30c7"),
    InteropVector(
      name: "zstd with a checksum and no size", codec: .zstd,
      hex: "28b52ffd040015020064027370616e2030206f66207365727669636520636865636b6f75743b3132"
        + "3334353630313233340c00e013601fb019b005d8076c066c01f6019b015b80bdbb30c745f9ad51"),
    InteropVector(
      name: "zstd as a stream", codec: .zstd,
      hex: "28b52ffd0068bd010014027370616e2030206f66207365727669636520636865636b6f75743b3132"
        + "3334353608209063eb042005beb3992dedb359acd8053b06"),
    InteropVector(
      name: "zstd of two frames", codec: .zstd,
      hex: "28b52ffd20a28d010004027370616e2030206f66207365727669636520636865636b6f75743b3132"
        + "3334350600e013601fb019b005d8bb0b730c28b52ffd20a28d010004027370616e2036206f662073"
        + "65727669636520636865636b6f75743b30313233340600e013601fb019b005d8bb0b730c"),
    InteropVector(
      name: "snappy block", codec: .snappy,
      hex: "c402687370616e2030206f66207365727669636520636865636b6f75743b051b0031661b00003266"
        + "1b000033661b000034661b000035661b000036661b00febd00eebd0009bd"),
    InteropVector(
      name: "snappy frames", codec: .snappyFramed,
      hex: "ff060000734e61507059004a000079a1cbdbc402687370616e2030206f6620736572766963652063"
        + "6865636b6f75743b051b0031661b000032661b000033661b000034661b000035661b000036661b00"
        + "febd00eebd0009bd"),
    InteropVector(
      name: "snappy frames under the block's name", codec: .snappy,
      hex: "ff060000734e61507059004a000079a1cbdbc402687370616e2030206f6620736572766963652063"
        + "6865636b6f75743b051b0031661b000032661b000033661b000034661b000035661b000036661b00"
        + "febd00eebd0009bd"),
    InteropVector(
      name: "lz4", codec: .lz4,
      hex: "04224d1868404401000000000000eb47000000f10c7370616e2030206f6620736572766963652063"
        + "6865636b6f75743b1b001f311b00071f321b00071f331b00071f341b00071f351b00071f361b0007"
        + "0fbd006a506b6f75743b00000000"),
    InteropVector(
      name: "lz4 with checksums", codec: .lz4,
      hex: "04224d187c4044010000000000005a47000000f10c7370616e2030206f6620736572766963652063"
        + "6865636b6f75743b1b001f311b00071f321b00071f331b00071f341b00071f351b00071f361b0007"
        + "0fbd006a506b6f75743b7ab38e0b000000000a45fb09"),
    InteropVector(
      name: "lz4 without a size", codec: .lz4,
      hex: "04224d1860408247000000f10c7370616e2030206f66207365727669636520636865636b6f75743b"
        + "1b001f311b00071f321b00071f331b00071f341b00071f351b00071f361b00070fbd006a506b6f75"
        + "743b00000000"),
    InteropVector(
      name: "lz4 of two frames", codec: .lz4,
      hex: "04224d186840a200000000000000f83d000000f10c7370616e2030206f6620736572766963652063"
        + "6865636b6f75743b1b001f311b00071f321b00071f331b00071f341b00071c351b00506b6f75743b"
        + "0000000004224d186c40a200000000000000463d000000f10c7370616e2036206f66207365727669"
        + "636520636865636b6f75743b1b001f301b00071f311b00071f321b00071f331b00071c341b00506b"
        + "6f75743b00000000a88c40a0"),
  ]

  /// The bytes that `hex` stands for.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    var rest = hex[...]
    while !rest.isEmpty {
      bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
      rest = rest.dropFirst(2)
    }
    return bytes
  }
}
