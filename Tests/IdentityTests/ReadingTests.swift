import Bytes
import Glibc
import Telemetry
import Testing

@testable import Identity

@Suite struct SocketAnswerTests {
  private func answer(type: UInt8, sequence: UInt8, count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    bytes[4] = type
    bytes[8] = sequence
    return bytes
  }

  @Test("an answer tells the inode and the user; one cut off anywhere tells nothing")
  func readsAnswer() {
    var bytes = answer(type: 20, sequence: 9, count: 88)
    bytes[80] = 7
    bytes[84] = 0x39
    bytes[85] = 0x30
    let whole = SocketDiagnostics.read(bytes.span, 9)
    #expect(whole == .found(.init(inode: 12_345, user: 7)))
    for count in 0..<88 {
      let part = Array(bytes[..<count])
      let found = SocketDiagnostics.read(part.span, 9)
      #expect(found == .other)
    }
    let late = SocketDiagnostics.read(bytes.span, 10)
    #expect(late == .other)
  }

  @Test("an error is told by its number")
  func readsError() {
    var bytes = answer(type: 2, sequence: 1, count: 36)
    let code = UInt32(bitPattern: -ENOENT)
    for index in 0..<4 { bytes[16 + index] = UInt8(truncatingIfNeeded: code >> UInt32(8 * index)) }
    let found = SocketDiagnostics.read(bytes.span, 1)
    #expect(found == .refused(ENOENT))
  }

  @Test("a request is as long as it says, with ports in the order of the network")
  func writesRequest() {
    let ends = TCPEnds(from: ([127, 0, 0, 1], 0x1234), to: ([127, 0, 0, 2], 4317))
    let bytes = SocketDiagnostics.request(ends, sequence: 1)
    #expect(bytes.count == 72)
    #expect(bytes[0] == 72)
    #expect(Array(bytes[24...27]) == [0x12, 0x34, 0x10, 0xDD])
    #expect(Array(bytes[28...31]) == [127, 0, 0, 1])
    #expect(Array(bytes[44...47]) == [127, 0, 0, 2])
  }
}

@Suite struct ProcessReaderTests {
  @Test("the real user and the innermost number are read of a status")
  func readsStatus() {
    let text = Array("Name:\tx\nUid:\t1000\t1001\t1002\t1003\nNSpid:\t4711\t12\t1\n".utf8)
    var facts = ProcessReader.Facts()
    ProcessReader.readStatus(text.span, &facts)
    #expect(facts.image.user == 1000)
    #expect(facts.innermostPID == 1)
    for count in 0..<text.count {
      let part = Array(text[..<count])
      var facts = ProcessReader.Facts()
      ProcessReader.readStatus(part.span, &facts)
      #expect(facts.innermostPID <= 4711)
    }
  }

  static let configs: [(String, String?)] = [
    (#"{"ID":"a","Mounts":{"x":{"Name":"volume"}},"Name":"/web","Driver":"overlay2"}"#, "web"),
    (#"{"Name":"/"}"#, nil), (#"{"Name":"/unterminated"#, "unterminated"), ("{}", nil), ("", nil),
  ]

  @Test("docker's name of a container is read of its description", arguments: configs)
  func readsDockerName(text: String, expected: String?) {
    let bytes = Array(text.utf8)
    let found = ProcessReader.dockerName(inConfig: bytes.span)
    #expect(found == expected)
  }

  static let id = String(repeating: "0123456789abcdef", count: 4)
  static let files: [(String, Int, String, String?)] = [
    ("0::/system.slice/a.service\n", -1, "", "/system.slice/a.service"),
    ("5:cpu,memory:/m\n4:pids:/p\n0::/u\n", 4, "memory", "/m"),
    (
      "4:memory:/\n1:name=systemd:/system.slice/a.service\n0::/\n", 4, "memory",
      "/system.slice/a.service"
    ),
    ("4:memory:/x\n3:pids:/docker/\(id)\n0::/\n", 4, "memory", "/docker/\(id)"),
    ("3:pids:/p\n", 4, "memory", nil), ("0", -1, "", nil), ("::\n:", -1, "", nil),
    ("", -1, "", nil),
  ]

  @Test("the path of the tree is read, or one that tells more", arguments: files)
  func readsCgroup(text: String, controller: Int, name: String, expected: String?) {
    let bytes = Array(text.utf8)
    let hierarchy = CgroupHierarchy(controller: controller, name: name, mountPoint: nil)
    let found = ProcessReader.cgroupPath(bytes.span, hierarchy)
    #expect(found == expected)
  }

  @Test("controllers that have a tree of their own keep their places in the kernel's table")
  func readsControllers() {
    let text = Array(
      "#subsys_name\thierarchy\tnum\tenabled\ncpuset\t0\t1\t1\nmemory\t4\t65\t1\npids\t8\t1\t1\n"
        .utf8)
    let found = CgroupHierarchy.active(text.span)
    #expect(found.map(\.name) == ["memory", "pids"])
    #expect(found.map(\.index) == [1, 2])
  }
}
