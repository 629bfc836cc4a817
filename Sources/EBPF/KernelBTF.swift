internal import CLibbpf
internal import Glibc

/// Which tracepoints the running kernel describes in its type information.
public struct KernelBTF: Sendable {
  private let argumentCounts: [String: Int]

  /// What the running kernel says.
  ///
  /// - Throws: `ENOENT` or the like where the kernel was built without `CONFIG_DEBUG_INFO_BTF`.
  /// - Complexity: reads some megabytes and gives them back
  public init() throws(BPFError) {
    let log = BPFLog()
    guard let btf = unsafe btf__load_vmlinux_btf() else {
      throw .last("read the kernel's type information /sys/kernel/btf/vmlinux", log: log.text)
    }
    defer { unsafe btf__free(btf) }
    var counts: [String: Int] = [:]
    for id in 1..<max(2, unsafe btf__type_cnt(btf)) {
      var name: UnsafePointer<CChar>?
      // The name belongs to the type information and is copied at once.
      let count = unsafe clibbpf_trace_arguments(btf, id, &name)
      if count >= 0, let name = unsafe name { unsafe counts[String(cString: name)] = Int(count) }
    }
    argumentCounts = counts
  }

  /// A description of these tracepoints, each with its number of arguments.
  public init(_ argumentCounts: [String: Int]) {
    self.argumentCounts = argumentCounts
  }

  /// The number of arguments of the tracepoint; nil where the kernel has none of this name.
  public func argumentCount(of tracepoint: String) -> Int? { argumentCounts[tracepoint] }
}
