internal import CProbeEvents
internal import EBPF

/// What the kernel told of a new image, or of one that ran before: a checked `process_exec` with its texts.
struct ExecRecord: ~Escapable {
  private let place: InPlace<process_exec>
  /// The command's name, at most 15 bytes.
  let command: Span<UInt8>
  /// The executable's path as it was named; empty in the inventory.
  let path: Span<UInt8>
  /// The script's path where the executable is its interpreter; else empty.
  let script: Span<UInt8>
  /// The arguments, each ended by a zero, but for the last where they are truncated.
  let arguments: Span<UInt8>
  /// The names that lead to the working directory, the last one first, each ended by a zero.
  let directory: Span<UInt8>

  /// Reads a record; nil where its sizes are not in order.
  @_lifetime(copy record)
  init?(_ record: Span<UInt8>) {
    guard let place = InPlace<process_exec>(record) else { return nil }
    let fields = place.value
    let text = MemoryLayout<process_exec>.size
    let script = text + Int(fields.path_length)
    let arguments = script + Int(fields.script_length)
    let directory = arguments + Int(fields.args_length)
    let end = directory + Int(fields.directory_length)
    guard Int(fields.head.size) == record.count, record.count == end.roundedUpTo8,
      Int(fields.path_length) <= ExecRecord.pathLimit,
      Int(fields.script_length) <= ExecRecord.pathLimit,
      Int(fields.args_length) <= ExecRecord.argumentsLimit,
      UInt32(fields.args_length) <= fields.args_size,
      Int(fields.directory_length) <= ExecRecord.directoryLimit
    else { return nil }
    self.place = place
    command = record.extracting(ExecRecord.commandOffset..<text).textBeforeZero
    path = record.extracting(text..<script)
    self.script = record.extracting(script..<arguments)
    self.arguments = record.extracting(arguments..<directory)
    self.directory = record.extracting(directory..<end)
  }

  /// The fixed part.
  var fields: process_exec {
    @inline(__always)
    get { place.value }
  }

  /// The most bytes of a path.
  static let pathLimit = Int(PROCESS_PATH_LIMIT.rawValue)
  /// The most bytes of arguments.
  static let argumentsLimit = Int(PROCESS_ARGS_LIMIT.rawValue)
  /// The most bytes of a working directory's names.
  static let directoryLimit = Int(PROCESS_DIRECTORY_LIMIT.rawValue)
  /// Where a user or group is not known.
  static let noID = UInt32.max

  private static let commandOffset = MemoryLayout<process_exec>.size - 16

  /// Whether the arguments end before all were told.
  var hasTruncatedArguments: Bool { UInt32(fields.args_length) < fields.args_size }

  /// Whether the executable has no name in a file system: it was deleted, or never had one.
  var isUnlinked: Bool { fields.flags & UInt16(PROCESS_EXEC_UNLINKED.rawValue) != 0 }

  /// Whether the executable is anonymous memory.
  var isMemory: Bool { fields.flags & UInt16(PROCESS_EXEC_MEMFD.rawValue) != 0 }

  /// Whether the working directory is the parent's.
  var isInParentsDirectory: Bool { fields.flags & UInt16(PROCESS_EXEC_HOME.rawValue) != 0 }

  /// Whether the names that lead to the working directory are told; the root's are none.
  var hasDirectory: Bool { fields.flags & UInt16(PROCESS_EXEC_DIRECTORY.rawValue) != 0 }

  /// Whether the process ran before the programs were attached.
  var isSnapshot: Bool { fields.head.flags & UInt8(PROBE_SNAPSHOT.rawValue) != 0 }
}

extension Int {
  /// The next multiple of 8.
  var roundedUpTo8: Int { (self + 7) & ~7 }
}

extension Span where Element == UInt8 {
  /// The bytes before the first zero.
  var textBeforeZero: Span<UInt8> {
    @_lifetime(copy self)
    get {
      var end = 0
      while end < count, self[end] != 0 { end += 1 }
      return extracting(0..<end)
    }
  }
}
