internal import CLibbpf

/// Keeps what libbpf prints while `body` runs, the last of the verifier's lines among it.
@safe
struct BPFLog: ~Copyable {
  private static let capacity = 64 * 1024
  private let log: UnsafeMutablePointer<clibbpf_log>

  /// Begins to keep what libbpf prints on the calling thread.
  init() {
    let text = UnsafeMutablePointer<CChar>.allocate(capacity: BPFLog.capacity)
    unsafe text.initialize(repeating: 0, count: BPFLog.capacity)
    unsafe log = .allocate(capacity: 1)
    unsafe log.initialize(to: clibbpf_log(text: text, capacity: BPFLog.capacity, count: 0))
    unsafe clibbpf_capture(log)
  }

  deinit {
    clibbpf_capture(nil)
    unsafe log.pointee.text.deallocate()
    unsafe log.deallocate()
  }

  /// What was printed so far.
  var text: String {
    // libbpf ends the text with a zero byte within the buffer.
    unsafe String(cString: log.pointee.text)
  }
}
