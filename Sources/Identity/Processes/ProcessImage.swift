public import Bytes

/// What is told of a process when it is forked, runs a program, or is found running.
public struct ProcessImage: Sendable {
  /// The key of the parent, where it is known.
  public var parent: ProcessKey?
  /// The number of the parent; 0 where it is not known.
  public var parentPID: UInt32 = 0
  /// The path of the program; empty where it is not known.
  public var executablePath = ByteSlice.empty
  /// The command's name, at most 15 bytes.
  public var command = ByteSlice.empty
  /// The number of the user.
  public var user: UInt32?
  /// The id of the control group in `CgroupPaths.hierarchy`; 0 where it is not known.
  public var cgroupID: UInt64 = 0
  /// How many images the process and those it came from have run.
  public var execSequence: UInt32?

  /// Nothing is known.
  public init() {}
}
