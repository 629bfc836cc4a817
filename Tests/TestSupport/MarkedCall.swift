import Glibc

/// A system call without effect that carries a number of its own, by which programs in the kernel tell it from those of
/// others.
///
/// Tests run side by side in one process, and so do several runs on one kernel.
public struct MarkedCall: Sendable {
  /// The number of the system call sched_get_priority_max.
  public static var number: Int64 {
    #if arch(x86_64)
      146
    #else
      125
    #endif
  }

  /// The call's only argument: no scheduling policy has such a number.
  public let mark = Int32.random(in: (1 << 20)...Int32.max)

  /// A call like no other's.
  public init() {}

  /// Makes the call so many times.
  public func callAsFunction(_ count: Int) {
    for _ in 0..<count { _ = sched_get_priority_max(mark) }
  }
}
