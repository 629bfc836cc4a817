import Glibc
import Testing

@testable import EBPF

@Suite struct CapabilitySetTests {
  @Test("the calling thread's capabilities are those that /proc tells")
  func current() throws {
    guard let status = unsafe fopen("/proc/thread-self/status", "r") else {
      Issue.record("no /proc/thread-self")
      return
    }
    defer { unsafe fclose(status) }
    var line = [CChar](repeating: 0, count: 256)
    var told: UInt64?
    while unsafe fgets(&line, 256, status) != nil {
      let text = String(
        decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if text.hasPrefix("CapEff:") {
        told = UInt64(text.dropFirst(7).filter { $0.isHexDigit }, radix: 16)
      }
    }
    #expect(CapabilitySet.current.rawValue == told)
  }

  @Test("CAP_SYS_ADMIN implies what was made of it, and nothing else")
  func implies() {
    #expect(CapabilitySet([.sysAdmin]).allows(.bpf))
    #expect(CapabilitySet([.sysAdmin]).allows(.perfmon))
    #expect(!CapabilitySet([.sysAdmin]).allows(.netAdmin))
    #expect(CapabilitySet([.bpf]).allows(.bpf))
    #expect(!CapabilitySet([.bpf]).allows(.perfmon))
  }

  @Test("names are found with and without the prefix, in any case", arguments: Capability.allCases)
  func names(capability: Capability) {
    #expect(Capability(name: capability.name) == capability)
    #expect(Capability(name: capability.name.lowercased()) == capability)
    #expect(Capability(name: String(capability.name.dropFirst(4))) == capability)
    #expect(Capability(name: "CAP_FLY") == nil)
  }

  /// In a process of its own: what is dropped does not come back.
  @Test("all threads lose what is not kept, also those that block signals")
  func drops() async {
    await #expect(processExitsWith: .success) {
      var threads: [pthread_t] = []
      for _ in 0..<8 {
        var thread = pthread_t()
        // The threads end with the process.
        unsafe pthread_create(
          &thread, nil,
          { _ in
            var all = sigset_t()
            unsafe sigfillset(&all)
            unsafe sigdelset(&all, SIGSYS)
            unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
            while true { sleep(100) }
          }, nil)
        threads.append(thread)
      }
      let kept = CapabilitySet([.netBindService])
      do { try kept.keepOnly() } catch { exit(1) }
      guard CapabilitySet.current.rawValue & ~kept.rawValue == 0 else { exit(2) }
      // The directory is ours until it is closed.
      guard let tasks = unsafe opendir("/proc/self/task") else { exit(3) }
      var count = 0
      while let entry = unsafe readdir(tasks) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
          unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) {
            unsafe String(cString: $0)
          }
        }
        guard Int(name) != nil else { continue }
        guard let file = unsafe fopen("/proc/self/task/\(name)/status", "r") else { continue }
        var line = [CChar](repeating: 0, count: 256)
        while unsafe fgets(&line, 256, file) != nil {
          let text = String(
            decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
          guard text.hasPrefix("CapPrm:") || text.hasPrefix("CapEff:") else { continue }
          let bits = UInt64(text.dropFirst(7).filter { $0.isHexDigit }, radix: 16) ?? .max
          guard bits & ~kept.rawValue == 0 else { exit(4) }
          count += 1
        }
        unsafe fclose(file)
      }
      guard count >= 18 else { exit(5) }
      exit(0)
    }
  }
}
