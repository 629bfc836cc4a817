internal import Glibc

/// A system call that failed: which one, and why.
public struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The name of the call, as in its manual page.
  public let call: String
  /// The value of `errno` after the call.
  public let code: Int32

  /// The failure of `call` with the error number `code`.
  public init(call: String, code: Int32) {
    self.call = call
    self.code = code
  }

  /// The failure of `call` with the current `errno`.
  public static func last(_ call: StaticString) -> SystemError {
    SystemError(call: "\(call)", code: errno)
  }

  /// The system's words for the error number.
  public var reason: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard unsafe strerror_r(code, &buffer, buffer.count) == 0 else { return "unknown error" }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// The call and the reason in one line.
  public var description: String { "\(call): \(reason) (errno \(code))" }
}
