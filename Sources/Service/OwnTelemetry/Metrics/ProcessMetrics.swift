internal import Diagnostics
internal import Glibc

/// What the collector's process takes of the machine.
enum ProcessMetrics {
  /// Adds the metrics of this process, which began now, to `registry`.
  static func register(in registry: MetricsRegistry) {
    let start = ContinuousClock.now
    registry.observeSum("otelcol_process_uptime", []) {
      let (seconds, attoseconds) = (ContinuousClock.now - start).components
      return Double(seconds) + (Double(attoseconds) / 1e15).rounded() / 1e3
    }
    registry.observeSum("otelcol_process_cpu_seconds", []) { cpuSeconds }
    // Fields of /proc/self/statm; the heap is not told apart from other private memory there.
    registry.observe("otelcol_process_memory_rss", []) { byteCount(field: 1) }
    registry.observe("otelcol_process_runtime_heap_alloc_bytes", []) { byteCount(field: 5) }
    registry.observe("otelcol_process_runtime_total_sys_memory_bytes", []) { byteCount(field: 0) }
  }

  private static var cpuSeconds: Double {
    var time = timespec()
    // unsafe: the pointer is valid for the call.
    guard unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return 0 }
    // Microseconds are enough, and keep the text short.
    return Double(time.tv_sec) + Double(time.tv_nsec / 1000) / 1e6
  }

  /// The bytes of a field of `/proc/self/statm`, which counts pages.
  private static func byteCount(field: Int) -> Int {
    // unsafe: a constant path; the descriptor is closed below.
    let descriptor = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return 0 }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 128)
    // unsafe: reads at most the array's own room.
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe read(descriptor, buffer.baseAddress, buffer.count)
    }
    guard count > 0 else { return 0 }
    let fields = String(decoding: bytes[..<count], as: UTF8.self).split(separator: " ")
    guard fields.count > field, let pages = Int(fields[field]) else { return 0 }
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }
}
