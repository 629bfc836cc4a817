import Procfs
import Testing

@Suite struct MemoryTableTests {
  @Test("reads /proc/meminfo in bytes")
  func memory() throws {
    let text = """
      MemTotal:       1000 kB
      MemFree:         100 kB
      MemAvailable:    700 kB
      Buffers:          50 kB
      Cached:          300 kB
      SwapCached:        9 kB
      SReclaimable:     40 kB
      SUnreclaim:       20 kB
      HugePages_Total:       0
      """
    let bytes = Array(text.utf8)
    let read = MemoryTable(bytes.span)
    let memory = try #require(read)
    #expect(memory.total == 1_024_000 && memory.cached == 340 << 10 && memory.used == 510 << 10)
    let empty = MemoryTable(Array("MemFree: 1 kB".utf8).span)
    #expect(empty == nil)
  }

  @Test("refuses a text that does not say how much there is, whatever its bytes")
  func hostile() {
    let whole = Array("MemTotal:  1 kB\nDirty: 18446744073709551615 kB\n".utf8)
    for count in 0...whole.count {
      let part = Array(whole[..<count])
      let cut = MemoryTable(part.span)
      #expect((cut != nil) == (count >= 12))
      for byte in [0, 0x20, 0x3A, 0xFF] as [UInt8] where count < whole.count {
        var changed = whole
        changed[count] = byte
        _ = MemoryTable(changed.span)
      }
    }
    let large = Array("MemTotal: 9007199254740992 kB".utf8)
    let refused = MemoryTable(large.span)
    #expect(refused == nil)
  }
}
