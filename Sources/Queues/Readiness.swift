internal import CLinux

/// What a file descriptor is ready for, or what its owner waits for.
public struct Readiness: OptionSet, Sendable {
  /// The bits of `epoll_event.events`.
  public let rawValue: UInt32

  /// A set of the bits of `epoll_event.events`.
  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// Bytes or a connection can be read (EPOLLIN).
  public static let read = Readiness(rawValue: EPOLLIN.rawValue)
  /// Bytes can be written (EPOLLOUT).
  public static let write = Readiness(rawValue: EPOLLOUT.rawValue)
  /// The descriptor has failed or is fully closed (EPOLLERR, EPOLLHUP); always reported.
  public static let failed = Readiness(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
}

/// Something that owns a file descriptor in a shard's epoll set.
public protocol ReadinessHandler: AnyObject {
  /// Called on the shard when the descriptor is ready.
  ///
  /// Level-triggered: what is left undone is reported again in the next turn, so a handler does a
  /// bounded piece of work and returns.
  func ready(_ readiness: Readiness)
}
