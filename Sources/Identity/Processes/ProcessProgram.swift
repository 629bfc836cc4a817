public import Bytes
internal import Telemetry

/// A program as it was told of: the path and the command's name, which all processes that run it share.
public final class ProcessProgram: Sendable {
  /// Nothing is known of the program.
  public static let unknown = ProcessProgram(path: .empty, command: .empty)

  /// The path; empty where it is not known, and of kernel threads.
  public let path: ByteSlice
  /// The command's name, at most 15 bytes.
  public let command: ByteSlice
  /// The program's name: the last part of its path, else the command's name.
  public let name: ByteSlice
  /// `process.executable.name` and `process.executable.path`, as far as they are known.
  public let attributes: AttributeBytes

  /// The program with this path that runs under this name.
  public init(path: ByteSlice, command: ByteSlice) {
    self.path = path
    self.command = command
    let last = path[ProcessProgram.nameRange(path.span)]
    let name = last.isEmpty ? command : last
    self.name = name
    var buffer = ByteBuffer()
    let field = AttributeBytes.logRecordField
    if !name.isEmpty { buffer.appendAttribute("process.executable.name", name.span, as: field) }
    if !path.isEmpty { buffer.appendAttribute("process.executable.path", path.span, as: field) }
    attributes = AttributeBytes(&buffer, field: field)
  }

  /// Whether neither path nor name is known.
  public var isUnknown: Bool { path.isEmpty && command.isEmpty }

  /// A number that differs for most programs, as long as they are kept.
  public var spread: Int {
    let address = UInt(bitPattern: ObjectIdentifier(self))
    return Int(truncatingIfNeeded: address &* 0x9E37_79B9_7F4A_7C15 >> 40)
  }

  /// Whether both have the same path and name.
  public func isSame(as other: ProcessProgram) -> Bool {
    self === other || path == other.path && command == other.command
  }

  /// Whether the program has this path and name.
  public func isNamed(_ path: Span<UInt8>, _ command: Span<UInt8>) -> Bool {
    self.path.isEqual(to: path) && self.command.isEqual(to: command)
  }

  /// The program as `newer` tells of it; what that leaves open stays as it is here.
  func updated(by newer: ProcessProgram) -> ProcessProgram {
    if self === newer || newer.isUnknown { return self }
    if !newer.path.isEmpty, !newer.command.isEmpty || command.isEmpty { return newer }
    return ProcessProgram(
      path: newer.path.isEmpty ? path : newer.path,
      command: newer.command.isEmpty ? command : newer.command)
  }

  /// The program as it runs under this command's name; itself where that is its own or none.
  public func renamed(_ command: Span<UInt8>) -> ProcessProgram {
    if command.isEmpty || self.command.isEqual(to: command) { return self }
    return ProcessProgram(path: path, command: ByteSlice(copying: command))
  }

  /// Where the last part of a path is, without the kernel's note that the file is deleted.
  public static func nameRange(_ path: Span<UInt8>) -> Range<Int> {
    let end = path.ends(with: " (deleted)") ? path.count - 10 : path.count
    var start = end
    while start > 0, path[start - 1] != UInt8(ascii: "/") { start -= 1 }
    return start..<end
  }
}
