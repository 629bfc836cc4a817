internal import CLibbpf
internal import Glibc

/// Ends the wait for rings from any thread.
public final class RingAlarm: Sendable {
  let descriptor: Int32

  /// An alarm that nothing has rung; where there is no descriptor for it, ringing it does nothing.
  public init() {
    descriptor = clibbpf_alarm_open()
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Has the waiting thread go on, or the next wait end at once.
  public func ring() {
    if descriptor >= 0 { clibbpf_alarm_ring(descriptor) }
  }
}
