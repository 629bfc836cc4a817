public import Bytes

/// What is told of a process when it is forked, runs a program, or is found running.
public struct ProcessImage: Sendable {
  /// The key of the parent, where it is known.
  public var parent: ProcessKey?
  /// The number of the parent; 0 where it is not known.
  public var parentPID: UInt32 = 0
  /// The program, as far as it is known.
  public var program: ProcessProgram
  /// The number of the user.
  public var user: UInt32?
  /// The id of the control group in `CgroupPaths.hierarchy`; 0 where it is not known.
  public var cgroupID: UInt64 = 0
  /// How many images the process and those it came from have run.
  public var execSequence: UInt32?

  /// Nothing is known beside the program.
  public init(_ program: ProcessProgram = .unknown) {
    self.program = program
  }

  /// The path of the program; empty where it is not known.
  public var executablePath: ByteSlice {
    get { program.path }
    set { program = ProcessProgram(path: newValue, command: program.command) }
  }

  /// The command's name, at most 15 bytes.
  public var command: ByteSlice {
    get { program.command }
    set { program = ProcessProgram(path: program.path, command: newValue) }
  }
}
