internal import Glibc

/// What the kernel or libbpf refused.
public struct BPFError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was tried, such as `load process`.
  public let operation: String
  /// The errno of the refusal.
  public let code: Int32
  /// What libbpf and the kernel's verifier said of it; may be empty and may have many lines.
  public let log: String

  /// A refusal of `operation` with this errno.
  public init(_ operation: String, code: Int32, log: String = "") {
    self.operation = operation
    self.code = code
    self.log = log
  }

  /// The refusal that `errno` tells.
  static func last(_ operation: String, log: String = "") -> BPFError {
    BPFError(operation, code: errno, log: log)
  }

  /// Whether a privilege is missing.
  public var isPermission: Bool { code == EPERM || code == EACCES }

  /// Whether the process, or the whole system, may open no more file descriptors.
  public var isOutOfDescriptors: Bool { code == EMFILE || code == ENFILE }

  /// The errno in words.
  public var reason: String {
    // Codes above those of user space come from inside the kernel.
    if code == 524 { return "not supported by this kernel" }
    // The text is the C library's own and is copied at once.
    return unsafe String(cString: strerror(code))
  }

  /// What was tried and why it failed, with the last line of the log.
  public var description: String {
    let lines = log.split(separator: "\n")
    // The verifier's last words say more than what libbpf makes of them.
    let said =
      lines.last { line in
        !["processed ", "libbpf: ", "-- "].contains { line.hasPrefix($0) }
      } ?? lines.last
    return "cannot \(operation): \(reason)" + (said.map { " (\($0))" } ?? "")
  }
}
