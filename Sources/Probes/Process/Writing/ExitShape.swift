internal import Identity

/// What the records of two ends have in common where they differ in numbers only.
struct ExitShape: Equatable, BitwiseCopyable {
  let program: ObjectIdentifier
  let user: UInt64
  let cgroup: UInt64
  /// How it ended, but for the code.
  let signal: UInt8
  let hasDumpedCore: Bool
  let isOutOfMemory: Bool
  /// Whether the number in the process's own namespace is told.
  let hasInner: Bool
  let hasPeak: Bool
}
