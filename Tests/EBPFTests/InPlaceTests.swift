import Testing

@testable import EBPF

@Suite struct InPlaceTests {
  private struct Pair: BitwiseCopyable {
    var first: UInt64
    var second: UInt32
    var third: UInt32
  }

  /// The numbers of the pair at `offset` of 40 bytes that count up, `count` of which are given; nil where there is none.
  private func read(at offset: Int, count: Int) -> [UInt64]? {
    // Numbers of eight bytes lie as the structure has to.
    let words: [UInt64] = [
      0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908, 0x1716_1514_1312_1110, 0, 0,
    ]
    // The bytes are within the words, and used during the call.
    return unsafe words.withUnsafeBytes { bytes in
      let part = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
      let span = unsafe Span(_unsafeElements: part.assumingMemoryBound(to: UInt8.self))
      guard let pair = InPlace<Pair>(span) else { return nil }
      return [pair.value.first, UInt64(pair.value.second), UInt64(pair.value.third)]
    }
  }

  @Test("fields are those of the bytes, wherever the structure may lie", arguments: [0, 8])
  func fields(offset: Int) {
    let expected: [UInt64] =
      offset == 0
      ? [0x0706_0504_0302_0100, 0x0b0a_0908, 0x0f0e_0d0c]
      : [0x0f0e_0d0c_0b0a_0908, 0x1312_1110, 0x1716_1514]
    #expect(read(at: offset, count: 16) == expected)
    #expect(read(at: offset, count: 24) == expected)
  }

  @Test("a record that is too short has no structure", arguments: 0..<16)
  func truncated(count: Int) {
    #expect(read(at: 0, count: count) == nil)
  }

  @Test("nor has one that does not lie as the structure has to", arguments: 1..<8)
  func misaligned(offset: Int) {
    #expect(read(at: offset, count: 16) == nil)
  }
}
