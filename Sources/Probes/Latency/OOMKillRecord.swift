internal import CProbeEvents
internal import EBPF
internal import Glibc

/// What the program tells of a process that the kernel killed for want of memory.
struct OOMKillRecord {
  /// The process that asked for memory when there was none.
  let causePID: UInt32
  let scoreAdjust: Int32
  /// All in bytes.
  let totalMemory: UInt64
  let anonymousMemory: UInt64
  let fileMemory: UInt64
  let sharedMemory: UInt64
  let pageTables: UInt64
  /// The command's name.
  let command: [UInt8]

  private static let pageByteCount = UInt64(max(1, sysconf(Int32(_SC_PAGESIZE))))

  /// Reads a record; nil where it is no such.
  init?(_ record: Span<UInt8>, _ head: ProbeHead) {
    guard Int(head.type) == Int(LATENCY_OOM_KILL.rawValue),
      head.size >= MemoryLayout<oom_kill_record>.size, let raw = record.load(oom_kill_record.self)
    else { return nil }
    causePID = raw.cause_pid
    scoreAdjust = raw.score_adjust
    totalMemory = OOMKillRecord.bytes(raw.total_pages)
    anonymousMemory = OOMKillRecord.bytes(raw.anonymous_pages)
    fileMemory = OOMKillRecord.bytes(raw.file_pages)
    sharedMemory = OOMKillRecord.bytes(raw.shared_pages)
    pageTables = raw.page_table_bytes
    let command = raw.comm
    self.command = unsafe withUnsafeBytes(of: command) { bytes in
      unsafe Array(bytes.prefix { $0 != 0 })
    }
  }

  private static func bytes(_ pages: UInt64) -> UInt64 {
    let (bytes, overflow) = pages.multipliedReportingOverflow(by: pageByteCount)
    return overflow ? .max : bytes
  }
}
