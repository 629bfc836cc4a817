internal import CLibbpf
internal import Glibc

/// Tells when programs wake the reader of one of several rings.
///
/// Edge-triggered: it is readable once for each wake-up, not as long as there is something to read. Confined to
/// one queue.
public final class RingSignal {
  /// Readable when a ring's reader was woken; belongs to the signal.
  public let descriptor: Int32
  private let rings: [RingReader]
  private var isPaused = false

  /// A signal for `rings`.
  public init(_ rings: [RingReader]) throws(BPFError) {
    self.rings = rings
    descriptor = clibbpf_watch_open()
    guard descriptor >= 0 else { throw .last("make an epoll set") }
    for ring in rings {
      guard clibbpf_watch_add(descriptor, ring.descriptor) == 0 else {
        throw .last("watch a ring")
      }
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Takes note of the wake-ups until now.
  public func clear() {
    clibbpf_watch_clear(descriptor)
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
