import Testing

@testable import Service

@Suite struct FileMappingTests {
  private func found(_ text: String) -> [FileMapping] {
    var scanner = FileMapping.Scanner()
    for line in text.split(separator: "\n") { scanner.take(line: String(line)) }
    return scanner.found
  }

  @Test("code and constants that were never written to are found")
  func findsCleanMappings() {
    let text = """
      00400000-00500000 r--p 00000000 fe:00 12     /usr/bin/swiftlet
      Rss:                 640 kB
      Anonymous:             0 kB
      VmFlags: rd mr mw me
      00500000-00900000 r-xp 00100000 fe:00 12     /usr/bin/swiftlet
      Anonymous:             0 kB
      """
    let mappings = [
      FileMapping(start: 0x400000, byteCount: 0x100000),
      FileMapping(start: 0x500000, byteCount: 0x400000),
    ]
    #expect(found(text) == mappings)
  }

  @Test(
    "mappings whose content the file does not have are left alone",
    arguments: [
      "00400000-00500000 r--p 00000000 fe:00 12 /usr/bin/swiftlet\nAnonymous: 12 kB",
      "00400000-00500000 rw-p 00000000 fe:00 12 /usr/bin/swiftlet\nAnonymous: 0 kB",
      "00400000-00500000 r--s 00000000 fe:00 12 /usr/bin/swiftlet\nAnonymous: 0 kB",
      "7ffe0000-7fff0000 r-xp 00000000 00:00 0 [vdso]\nAnonymous: 0 kB",
      "00400000-00500000 r--p 00000000 00:00 0\nAnonymous: 0 kB",
      "00400000-00500000 r--p 00000000 fe:00 12 /usr/bin/swiftlet\nAnonymous:",
      "00400000-00500000 r--p 00000000 fe:00 12 /usr/bin/swiftlet",
      "x-y r--p 00000000 fe:00 12 /usr/bin/swiftlet\nAnonymous: 0 kB",
      "00500000-00400000 r--p 00000000 fe:00 12 /usr/bin/swiftlet\nAnonymous: 0 kB",
      "", "\n\n", "Anonymous: 0 kB",
    ])
  func leavesOthers(text: String) {
    #expect(found(text) == [])
  }

  @Test("the program goes on after its own pages were given back")
  func survivesRelease() {
    #expect(!FileMapping.cleanOfThisProcess().isEmpty)
    ProcessMemory.giveBack()
    #expect(FileMapping.cleanOfThisProcess().count > 0)
  }
}
