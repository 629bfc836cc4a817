internal import CLibbpf
internal import Glibc

/// Tells when programs wake the reader of one of several rings.
///
/// Edge-triggered: it tells of each wake-up once, not as long as there is something to read. Confined to one queue.
public final class RingSignal {
  private let descriptor: Int32
  private let rings: [RingReader]
  private let alarm: RingAlarm?
  private var isPaused = false

  /// A signal for `rings`, and for an alarm that ends a wait from elsewhere.
  public init(_ rings: [RingReader], _ alarm: RingAlarm? = nil) throws(BPFError) {
    self.rings = rings
    self.alarm = alarm
    descriptor = clibbpf_watch_open()
    guard descriptor >= 0 else { throw .last("make an epoll set") }
    for ring in rings {
      guard clibbpf_watch_add(descriptor, ring.descriptor) == 0 else {
        throw .last("watch a ring")
      }
    }
    // Without its descriptor an alarm is noticed when the time is over.
    if let alarm { _ = clibbpf_watch_add(descriptor, alarm.descriptor) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Blocks until a reader was woken or the alarm rang since the last time, for at most `milliseconds`.
  ///
  /// - Returns: whether that was so.
  @discardableResult
  public func wait(milliseconds: Int) -> Bool {
    clibbpf_watch_wait(descriptor, Int32(clamping: milliseconds)) > 0
  }

  /// Is not woken any more, so that rings that nobody reads cost nothing.
  public func pause() {
    guard !isPaused else { return }
    isPaused = true
    for ring in rings { _ = clibbpf_watch_remove(descriptor, ring.descriptor) }
  }

  /// Is woken again.
  public func resume() {
    guard isPaused else { return }
    isPaused = false
    for ring in rings { _ = clibbpf_watch_add(descriptor, ring.descriptor) }
  }
}
