import Bytes
import Glibc
import Procfs
import Queues
import TestSupport
import Testing

@Suite struct KernelFileTests {
  @Test("reads one file after the other")
  func reads() throws {
    var file = KernelFile()
    try file.read("/proc/self/stat")
    let read = ProcessStat(file.text)
    let stat = try #require(read)
    #expect(stat.threads > 0)
    try file.read(process: Int(getpid()), "cmdline")
    let count = file.text.count
    #expect(count > 0)
    try file.readLink(process: Int(getpid()), "exe")
    let path = String(copying: file.text)
    #expect(path.hasPrefix("/"))
    let descriptors = try file.countEntries(process: Int(getpid()), "fd")
    #expect(descriptors >= 3)
  }

  @Test("lists the processes, this one among them")
  func lists() throws {
    var file = KernelFile()
    var processes: [Int] = []
    try file.listProcesses(into: &processes)
    #expect(processes.contains(Int(getpid())))
    #expect(processes.allSatisfy { $0 > 0 })
  }

  @Test("tells why a file cannot be read, below the root too")
  func fails() {
    #expect(throws: SystemError(call: "open", code: ENOENT)) {
      var file = KernelFile(root: "/nowhere")
      try file.read("/proc/stat")
    }
  }
}
