internal import Bytes
internal import CLibbpf
internal import Glibc

/// Programs and maps of one object file: opened, adjusted, loaded, attached, in this order.
///
/// Letting it go unloads what nothing else holds; attached programs live as long as their links.
@safe
public struct BPFObject: ~Copyable {
  let raw: OpaquePointer
  /// The object's name.
  public let name: String

  /// Opens an object; nothing of it is in the kernel yet.
  public init(opening probe: EmbeddedProbe) throws(BPFError) {
    let bytes = probe.object()
    let log = BPFLog()
    // libbpf copies what it keeps of the bytes.
    let opened = unsafe bytes.span.withUnsafeBytes {
      unsafe clibbpf_open($0.baseAddress, $0.count, probe.name)
    }
    guard let opened = unsafe opened else {
      throw .last("open \(probe.name)", log: log.text)
    }
    unsafe raw = opened
    name = probe.name
  }

  deinit {
    unsafe bpf_object__close(raw)
  }

  /// The names of all programs, in the order of the source.
  public var programs: [String] {
    var names: [String] = []
    var program: OpaquePointer?
    while let next = unsafe bpf_object__next_program(raw, program) {
      // The object keeps the name; it is copied.
      unsafe names.append(String(cString: bpf_program__name(next)))
      unsafe program = next
    }
    return names
  }

  /// Says whether `load` loads the program.
  public func setLoads(_ program: String, _ loads: Bool) throws(BPFError) {
    let program = unsafe try find(program: program)
    unsafe bpf_program__set_autoload(program, loads)
  }

  /// Sets how many entries a map has, or how many bytes a ring; to be called before `load`.
  public func setMaximumEntries(_ map: String, _ count: Int) throws(BPFError) {
    let found = unsafe try find(map: map)
    guard unsafe bpf_map__set_max_entries(found, UInt32(clamping: count)) == 0 else {
      throw .last("size the map \(map)")
    }
  }

  /// Uses `map` in place of the object's own map of that name; to be called before `load`.
  public func share(_ map: BPFMap, as name: String) throws(BPFError) {
    let found = unsafe try find(map: name)
    guard unsafe bpf_map__reuse_fd(found, map.descriptor) == 0 else {
      throw .last("share the map \(name)")
    }
  }

  /// Sets a `const volatile` variable of the programs; to be called before `load`.
  public func set<Value: BitwiseCopyable>(_ knob: String, to value: Value) throws(BPFError) {
    unsafe try withUnsafe(knob) { (bytes) throws(BPFError) in
      guard bytes.count == MemoryLayout<Value>.size else {
        throw BPFError("set \(knob): it has \(bytes.count) bytes", code: EINVAL)
      }
      unsafe bytes.storeBytes(of: value, as: Value.self)
    }
  }

  /// Makes the maps and loads the programs; once only, also after a failure.
  ///
  /// - Throws: the kernel's refusal with the verifier's log; `BPFError.log` names the program.
  public func load() throws(BPFError) {
    let log = BPFLog()
    guard unsafe bpf_object__load(raw) == 0 else { throw .last("load \(name)", log: log.text) }
  }

  /// A loaded object's map.
  public func map(_ name: String) throws(BPFError) -> BPFMap {
    let found = unsafe try find(map: name)
    return unsafe try BPFMap(found, name: name)
  }

  /// Attaches a program to the hook that its section names.
  public func attach(_ program: String) throws(BPFError) -> BPFLink {
    let found = unsafe try find(program: program)
    let log = BPFLog()
    let link = unsafe bpf_program__attach(found)
    guard let link = unsafe link else { throw .last("attach \(program)", log: log.text) }
    return unsafe BPFLink(link)
  }

  /// Attaches a program to the control group that `descriptor`, an open folder, stands for.
  public func attach(_ program: String, toControlGroup descriptor: Int32) throws(BPFError)
    -> BPFLink
  {
    let found = unsafe try find(program: program)
    let log = BPFLog()
    let link = unsafe bpf_program__attach_cgroup(found, descriptor)
    guard let link = unsafe link else { throw .last("attach \(program)", log: log.text) }
    return unsafe BPFLink(link)
  }

  /// Makes an iterator of a program of section `iter/...`.
  public func iterator(_ program: String) throws(BPFError) -> BPFIterator {
    let found = unsafe try find(program: program)
    let log = BPFLog()
    let link = unsafe bpf_program__attach_iter(found, nil)
    guard let link = unsafe link else { throw .last("attach \(program)", log: log.text) }
    return BPFIterator(unsafe BPFLink(link), name: program)
  }

  /// How often a loaded program ran, for how many nanoseconds in sum, and how often it was left out.
  ///
  /// The first two stay 0 unless the system setting `kernel.bpf_stats_enabled` is 1. The kernel leaves a program out
  /// where it is called while it runs on the same processor.
  public func runStatistics(_ program: String)
    -> (count: UInt64, nanoseconds: UInt64, misses: UInt64)?
  {
    guard let found = unsafe try? find(program: program) else { return nil }
    var count: UInt64 = 0
    var nanoseconds: UInt64 = 0
    var misses: UInt64 = 0
    // The kernel fills the numbers during the call.
    let status = unsafe clibbpf_run_statistics(
      bpf_program__fd(found), &count, &nanoseconds, &misses)
    return status == 0 ? (count, nanoseconds, misses) : nil
  }

  /// Runs a loaded program once with these bytes as its context; returns what it returned.
  public func run(_ program: String, context: Span<UInt8>) throws(BPFError) -> UInt32 {
    let found = unsafe try find(program: program)
    var result: UInt32 = 0
    let status = unsafe context.withUnsafeBufferPointer { bytes in
      unsafe clibbpf_run(bpf_program__fd(found), bytes.baseAddress, UInt32(bytes.count), &result)
    }
    guard status == 0 else { throw .last("run \(program)") }
    return result
  }

  private func find(program: String) throws(BPFError) -> OpaquePointer {
    guard let found = unsafe bpf_object__find_program_by_name(raw, program) else {
      throw BPFError("find the program \(program) of \(name)", code: ENOENT)
    }
    return unsafe found
  }

  private func find(map: String) throws(BPFError) -> OpaquePointer {
    guard let found = unsafe bpf_object__find_map_by_name(raw, map) else {
      throw BPFError("find the map \(map) of \(name)", code: ENOENT)
    }
    return unsafe found
  }

  private func withUnsafe(
    _ knob: String, _ body: (UnsafeMutableRawBufferPointer) throws(BPFError) -> Void
  ) throws(BPFError) {
    var size = 0
    guard let found = unsafe clibbpf_find_variable(raw, knob, &size) else {
      throw BPFError("find the variable \(knob) of \(name)", code: ENOENT)
    }
    // libbpf owns these bytes until the object is closed.
    unsafe try body(UnsafeMutableRawBufferPointer(start: found, count: size))
  }
}
