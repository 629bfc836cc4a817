internal import Diagnostics
internal import Glibc
internal import Procfs

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
    registry.observe("otelcol_process_memory_rss", []) { OwnMemory.now?.resident ?? 0 }
    // The heap is not told apart from other private memory.
    registry.observe("otelcol_process_runtime_heap_alloc_bytes", []) { OwnMemory.now?.data ?? 0 }
    registry.observe("otelcol_process_runtime_total_sys_memory_bytes", []) {
      OwnMemory.now?.mapped ?? 0
    }
  }

  private static var cpuSeconds: Double {
    var time = timespec()
    // unsafe: the pointer is valid for the call.
    guard unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return 0 }
    // Microseconds are enough, and keep the text short.
    return Double(time.tv_sec) + Double(time.tv_nsec / 1000) / 1e6
  }
}
