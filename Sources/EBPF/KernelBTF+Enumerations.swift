internal import CLibbpf
internal import Glibc

extension KernelBTF {
  /// The names of an enumeration's values in the running kernel, by value.
  ///
  /// - Throws: `ENOENT` where the kernel has no enumeration of this name.
  /// - Complexity: reads some megabytes and gives them back
  public static func values(ofEnumeration name: String) throws(BPFError) -> [Int: String] {
    let log = BPFLog()
    guard let btf = unsafe btf__load_vmlinux_btf() else {
      throw .last("read the kernel's type information /sys/kernel/btf/vmlinux", log: log.text)
    }
    defer { unsafe btf__free(btf) }
    var id: UInt32 = 0
    // The name is read during the call only.
    let count = unsafe clibbpf_enumeration(btf, name, &id)
    guard count >= 0 else { throw BPFError("find the kernel's enumeration \(name)", code: ENOENT) }
    var names: [Int: String] = [:]
    for index in 0..<count {
      var value: Int32 = 0
      // The index is below the number of values; the text is copied while the type information is there.
      if let text = unsafe clibbpf_enumerator(btf, id, index, &value) {
        unsafe names[Int(value)] = String(cString: text)
      }
    }
    return names
  }
}
