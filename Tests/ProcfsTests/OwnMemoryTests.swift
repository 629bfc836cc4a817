import Procfs
import TestSupport
import Testing

@Suite struct OwnMemoryTests {
  @Test("reads the fields in pages")
  func reads() throws {
    let bytes = Array("100 50 20 3 0 40 0\n".utf8)
    let read = OwnMemory(bytes.span)
    let memory = try #require(read)
    #expect(memory.mapped == 100 * 4096 && memory.resident == 50 * 4096)
    #expect(memory.shared == 20 * 4096 && memory.data == 40 * 4096)
    #expect(memory.own == 30 * 4096)
  }

  @Test(
    "refuses what is not such a file", arguments: ["", "1 2 3", "a b c d e f g", "1 2 3 4 5 -6"])
  func hostile(text: String) {
    let bytes = Array(text.utf8)
    let memory = OwnMemory(bytes.span)
    #expect(memory == nil)
  }

  @Test("tells of this process")
  func now() throws {
    let memory = try #require(OwnMemory.now)
    #expect(memory.own > 0 && memory.own <= memory.resident)
    #expect(memory.resident <= memory.mapped)
  }
}
