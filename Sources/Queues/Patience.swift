/// How long a shard's turn without events waits before the thread goes back to Dispatch.
///
/// Waking through a DispatchSource takes two more threads, some 50 us of CPU time, while a thread that
/// waits costs nothing. So a shard that is woken again soon after it has gone stays the longest
/// from then on, until it has waited that long in vain, and one that is woken now and then gives the
/// thread back almost at once.
struct Patience {
  /// The wait of a shard that has not learned otherwise, in milliseconds.
  static let shortest: Int32 = 2
  /// Longer waits save nothing: a wake-up every two seconds is cheap.
  static let longest: Int32 = 2000

  /// The wait now, in milliseconds.
  private(set) var milliseconds = Patience.shortest
  private var leftAt: MonotonicTime?

  /// Notes that the thread goes back to Dispatch.
  mutating func leave(at now: MonotonicTime) {
    leftAt = now
  }

  /// Notes that a thread is back, and learns from how soon.
  mutating func comeBack(at now: MonotonicTime) {
    guard let leftAt = leftAt.take() else { return }
    let isSoon = now - leftAt < .milliseconds(Int64(Patience.longest))
    milliseconds = isSoon ? Patience.longest : Patience.shortest
  }
}
