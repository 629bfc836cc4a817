internal import Glibc

/// Where references and sources get their variables and files from.
public struct ConfigEnvironment: Sendable {
  /// What came of reading a file.
  public enum File: Sendable {
    /// The bytes.
    case bytes([UInt8])
    /// Why it cannot be read, such as `No such file or directory`.
    case unreadable(String)
  }

  /// The value of the variable, nil where it is not set.
  public let variable: @Sendable (String) -> String?
  /// The content of the file at the path.
  public let file: @Sendable (String) -> File

  /// An environment of these variables and files.
  public init(
    variable: @escaping @Sendable (String) -> String?, file: @escaping @Sendable (String) -> File
  ) {
    self.variable = variable
    self.file = file
  }

  /// The variables and files of this process; files of at most 16 MiB.
  public static let process = ConfigEnvironment(
    variable: { name in
      // unsafe: getenv returns a text that lives until the environment changes; it is copied.
      unsafe getenv(name).map { unsafe String(cString: $0) }
    },
    file: readFile)

  @Sendable private static func readFile(_ path: String) -> File {
    // unsafe: the path is a text with its zero byte for the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return .unreadable(reason(errno)) }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      // unsafe: reads at most the chunk's own length into it.
      let count = unsafe read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return .unreadable(reason(errno)) }
      if count == 0 { return .bytes(content) }
      content.append(contentsOf: chunk.prefix(count))
      guard content.count <= YAMLLimits.bytes else {
        return .unreadable("more than \(YAMLLimits.bytes) bytes")
      }
    }
  }

  private static func reason(_ code: Int32) -> String {
    var text = [CChar](repeating: 0, count: 128)
    // unsafe: writes a text with its zero byte into the buffer of that length.
    guard unsafe strerror_r(code, &text, text.count) == 0 else { return "error \(code)" }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
