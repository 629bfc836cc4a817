public import Bytes
internal import Queues

/// What is known of a process.
///
/// Confined to the queue of its table.
public final class ProcessEntry {
  /// Which process it is.
  public let key: ProcessKey
  /// All that can change.
  ///
  /// Each access is over before the next begins, and none is checked for that, which would cost as much as all that is
  /// done with the process.
  @safe @exclusivity(unchecked) var state: ProcessState

  init(_ key: ProcessKey, _ image: borrowing ProcessImage) {
    self.key = key
    state = ProcessState(image)
  }

  /// The parent's key, where it is known.
  public var parent: ProcessKey? { state.parent }
  /// The parent's number; 0 where it is not known.
  public var parentPID: UInt32 { state.parentPID }
  /// The program that it runs.
  public var program: ProcessProgram { state.program }
  /// The path of the program; empty where it is not known, and of kernel threads.
  public var executablePath: ByteSlice { state.program.path }
  /// The program's name: the last part of its path, else the command's name.
  public var executableName: ByteSlice { state.program.name }
  /// The command's name, at most 15 bytes.
  public var command: ByteSlice { state.program.command }
  /// The number of the user.
  public var user: UInt32? { state.user }
  /// The control group and what its path says.
  public var cgroup: Cgroup? { state.cgroup }
  /// The control group's id; 0 where it is not known.
  public var cgroupID: UInt64 { state.cgroupID }
  /// Tells the images of one process apart; nil where the kernel has not told it.
  public var execSequence: UInt32? { state.execSequence }
  /// The number in the innermost namespace, as the process sees itself; 0 where it is not known.
  public var innermostPID: UInt32 { state.innermostPID }
  /// Whether the process is known to be gone.
  public var hasExited: Bool { state.exitTime != nil }
  /// Whether /proc has nothing of the process any more, though the kernel's word of its end is still to come.
  public var isGone: Bool { state.isGone }

  /// Takes note that /proc has nothing of the process any more.
  public func noteGone() { state.isGone = true }
}
