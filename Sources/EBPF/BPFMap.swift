internal import CLibbpf
internal import Glibc

/// One of the kernel's maps, shared with the programs; works until it is let go.
///
/// Keys and values are the bytes of C structures. A per-CPU map's value is one value for each CPU that
/// the machine may have, each in `valueStride` bytes. Confined to one queue.
@safe
public final class BPFMap {
  /// The map's name.
  public let name: String
  /// The number of bytes of a key.
  public let keyByteCount: Int
  /// The number of bytes of a value; in a per-CPU map of that of one CPU.
  public let valueByteCount: Int
  /// The number of entries that fit.
  public let maximumEntries: Int
  /// How many values an entry has: 1, and in a per-CPU map one for each possible CPU.
  public let valuesPerEntry: Int
  /// The bytes from one CPU's value to the next.
  public let valueStride: Int

  let descriptor: Int32
  private let key: UnsafeMutableRawBufferPointer
  private let value: UnsafeMutableRawBufferPointer
  private var batch: MapBatch?

  init(_ raw: OpaquePointer, name: String) throws(BPFError) {
    self.name = name
    keyByteCount = unsafe Int(bpf_map__key_size(raw))
    valueByteCount = unsafe Int(bpf_map__value_size(raw))
    maximumEntries = unsafe Int(bpf_map__max_entries(raw))
    let perCPU = [
      BPF_MAP_TYPE_PERCPU_ARRAY, BPF_MAP_TYPE_PERCPU_HASH, BPF_MAP_TYPE_LRU_PERCPU_HASH,
    ]
    // The type is asked of the object, which is alive for the call.
    let type = unsafe bpf_map__type(raw)
    valuesPerEntry = perCPU.contains { $0 == type } ? max(1, Int(libbpf_num_possible_cpus())) : 1
    valueStride = valuesPerEntry == 1 ? valueByteCount : (valueByteCount + 7) & ~7
    unsafe key = .allocate(byteCount: max(8, keyByteCount * 2), alignment: 8)
    unsafe value = .allocate(byteCount: max(8, valueStride * valuesPerEntry), alignment: 8)
    // The object closes its own descriptor when it goes.
    descriptor = unsafe fcntl(bpf_map__fd(raw), F_DUPFD_CLOEXEC, 3)
    guard descriptor >= 0 else { throw .last("open the map \(name)") }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    unsafe key.deallocate()
    unsafe value.deallocate()
  }

  /// The number of bytes of an entry's values of all CPUs.
  public var entryByteCount: Int { valueStride * valuesPerEntry }

  /// Calls `body` with the values of `key`; nil where the map has no such entry.
  ///
  /// - Complexity: one system call, no allocation
  public func withValue<Key: BitwiseCopyable, Result>(
    of key: Key, _ body: (Span<UInt8>) -> Result
  ) -> Result? {
    guard MemoryLayout<Key>.size == keyByteCount else { return nil }
    unsafe self.key.storeBytes(of: key, as: Key.self)
    // Both buffers are of the sizes that the map has.
    let status = unsafe bpf_map_lookup_elem(descriptor, self.key.baseAddress, value.baseAddress)
    guard status == 0 else { return nil }
    return body(valueSpan)
  }

  /// The value of `key`; nil where the map has no such entry or values of another size.
  public func value<Key: BitwiseCopyable, Value: BitwiseCopyable>(
    of key: Key, as type: Value.Type
  ) -> Value? {
    withValue(of: key) { $0.load(type) } ?? nil
  }

  /// Puts a value in place of that of `key`, in a per-CPU map for all CPUs.
  public func set<Key: BitwiseCopyable, Value: BitwiseCopyable>(
    _ key: Key, to value: Value
  ) throws(BPFError) {
    guard MemoryLayout<Key>.size == keyByteCount, MemoryLayout<Value>.size == valueByteCount else {
      throw BPFError("set an entry of \(name)", code: EINVAL)
    }
    unsafe self.key.storeBytes(of: key, as: Key.self)
    for index in 0..<valuesPerEntry {
      unsafe self.value.storeBytes(of: value, toByteOffset: index * valueStride, as: Value.self)
    }
    // Both buffers are of the sizes that the map has.
    let status = unsafe bpf_map_update_elem(
      descriptor, self.key.baseAddress, self.value.baseAddress, 0)
    guard status == 0 else { throw .last("set an entry of \(name)") }
  }

  /// Removes the entry of `key`, if there is one.
  public func remove<Key: BitwiseCopyable>(_ key: Key) {
    guard MemoryLayout<Key>.size == keyByteCount else { return }
    unsafe self.key.storeBytes(of: key, as: Key.self)
    // The buffer holds a key's bytes.
    _ = unsafe bpf_map_delete_elem(descriptor, self.key.baseAddress)
  }

  /// Calls `body` with every entry's key and values.
  ///
  /// Entries that come or go meanwhile may be missed or, in a hash map, told twice.
  public func forEach(_ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) -> Void) throws(BPFError) {
    if batch == nil {
      batch = MapBatch(
        keyByteCount: keyByteCount, entryByteCount: entryByteCount, maximumEntries: maximumEntries)
    }
    guard let batch, try batch.walk(descriptor, name, body) else {
      return walkByKey(body)
    }
  }

  /// For kernels and kinds of maps without batches.
  private func walkByKey(_ body: (Span<UInt8>, Span<UInt8>) -> Void) {
    guard let current = unsafe key.baseAddress else { return }
    let next = unsafe current + keyByteCount
    // Both keys lie in the one buffer, which has room for two.
    var status = unsafe bpf_map_get_next_key(descriptor, nil, next)
    var count = 0
    while status == 0, count < maximumEntries * 2 {
      unsafe memcpy(current, next, keyByteCount)
      let found = unsafe bpf_map_lookup_elem(descriptor, current, value.baseAddress) == 0
      status = unsafe bpf_map_get_next_key(descriptor, current, next)
      if found { body(keySpan, valueSpan) }
      count += 1
    }
  }

  private var keySpan: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      let bytes = unsafe UnsafeRawBufferPointer(key).assumingMemoryBound(to: UInt8.self)
      // The buffer lives as long as the map.
      let span = unsafe Span(_unsafeElements: UnsafeBufferPointer(rebasing: bytes[..<keyByteCount]))
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  private var valueSpan: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      let bytes = unsafe UnsafeRawBufferPointer(value).assumingMemoryBound(to: UInt8.self)
      // The buffer lives as long as the map.
      let span = unsafe Span(
        _unsafeElements: UnsafeBufferPointer(rebasing: bytes[..<entryByteCount]))
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }
}
