/// How much memory the process may have before data is refused.
struct MemoryLimits: Equatable {
  /// More is never meant to be used: the heap is given back as often as it may be.
  let hard: Int
  /// Data is refused above it, so that what comes between two looks does not pass `hard`.
  let soft: Int
}
