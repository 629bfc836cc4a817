import Bytes
import Identity
import Testing

@testable import Probes

@Suite struct KnownPathsTests {
  @Test func `A path is that of a file and the name it was given`() {
    var known = KnownPaths()
    let (named, path) = (ByteSlice("/usr/bin/python3"), ByteSlice("/usr/bin/python3.11"))
    known.keep(path, of: named.span, inode: 7, device: 1)
    known.keep(path, of: path.span, inode: 8, device: 1)
    #expect(known.find(named.span, inode: 7, device: 1) == path)
    #expect(known.find(path.span, inode: 8, device: 1) == path)
    #expect(known.find(path.span, inode: 7, device: 1) == nil)
    #expect(known.find(named.span, inode: 7, device: 2) == nil)
    #expect(known.find(named.span, inode: 8, device: 1) == nil)
  }

  @Test func `A program is that of a file, the name it was given, and the command's`() {
    var known = KnownPaths()
    let (named, path) = (ByteSlice("/bin/sh"), ByteSlice("/usr/bin/dash"))
    let (shell, script) = (ByteSlice("sh"), ByteSlice("script"))
    let program = ProcessProgram(path: path, command: shell)
    known.keep(program, of: named.span, inode: 7, device: 1)
    #expect(known.program(named.span, command: shell.span, inode: 7, device: 1) == nil)
    known.keep(path, of: named.span, inode: 7, device: 1)
    known.keep(program, of: path.span, inode: 7, device: 1)
    #expect(known.program(named.span, command: shell.span, inode: 7, device: 1) == nil)
    known.keep(program, of: named.span, inode: 7, device: 1)
    let found = known.program(named.span, command: shell.span, inode: 7, device: 1)
    #expect(found === program)
    #expect(known.program(named.span, command: script.span, inode: 7, device: 1) == nil)
    #expect(known.program(path.span, command: shell.span, inode: 7, device: 1) == nil)
    #expect(known.program(named.span, command: shell.span, inode: 7, device: 2) == nil)
    // Another file takes the place, with the program that was kept for it.
    known.keep(path, of: path.span, inode: 7, device: 1)
    #expect(known.program(path.span, command: shell.span, inode: 7, device: 1) == nil)
  }

  @Test func `A former path is proved once a round`() {
    var known = KnownPaths()
    let path = ByteSlice("/usr/bin/ls")
    known.keep(path, of: path.span, inode: 7, device: 1)
    var count = 0
    func former(_ device: UInt32, round: UInt64, _ proof: Bool) -> ByteSlice? {
      known.find(inode: 7, device: device, round: round) { _ in
        count += 1
        return proof
      }
    }
    #expect(former(2, round: 1, true) == nil && count == 0)
    #expect(former(1, round: 1, true) == path && former(1, round: 1, false) == path && count == 1)
    #expect(former(1, round: 2, false) == nil && former(1, round: 2, true) == path && count == 3)
  }

  @Test func `Files beyond number take the places of others`() {
    var known = KnownPaths()
    for inode in 1...5000 as ClosedRange<UInt64> {
      let path = ByteSlice("/bin/\(inode)")
      known.keep(path, of: path.span, inode: inode, device: 1)
      #expect(known.find(path.span, inode: inode, device: 1) == path)
    }
    let kept = (1...5000 as ClosedRange<UInt64>).count { inode in
      known.find(ByteSlice("/bin/\(inode)").span, inode: inode, device: 1) != nil
    }
    #expect(kept > 100 && kept <= 512)
  }
}
