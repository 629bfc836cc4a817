internal import Identity

/// What the records of two new images have in common where they differ in numbers and arguments only.
struct ExecShape: Equatable, BitwiseCopyable {
  let program: ObjectIdentifier
  /// The number of what the image has in common with its siblings.
  let setting: UInt64
  let cgroup: UInt64
  /// Where these texts lie.
  let script: UInt
  let directory: UInt
  let isUnlinked: Bool
  let isMemory: Bool
  let hasTruncatedArguments: Bool
  /// Whether the number in the process's own namespace is told.
  let hasInner: Bool
  /// Whether a thread that was not the first executed the program.
  let hasThread: Bool
}
