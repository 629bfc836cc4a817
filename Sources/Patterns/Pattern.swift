internal import CRE2

// Unchecked: the handle is set once, and RE2 promises that a compiled pattern may be used from
// several threads at once.
/// A regular expression in RE2's syntax, matched in time linear in the text.
///
/// Groups are named as in `(?P<name>...)` or `(?<name>...)`. There are no back references and no
/// look-around, which is what makes hostile texts harmless.
@safe
public final class Pattern: @unchecked Sendable {
  /// The most bytes that a pattern may have as text.
  public static let maximumByteCount = 1 << 16
  /// The most bytes of memory that a compiled pattern may take.
  public static let maximumMemory = 8 << 20

  /// The pattern as it was written.
  public let text: String
  /// The names of the groups in their order; nil for a group without a name.
  public let groupNames: [String?]
  private let handle: OpaquePointer

  /// Compiles `text`.
  public init(_ text: String) throws(PatternError) {
    guard text.utf8.count <= Pattern.maximumByteCount else {
      throw PatternError("a pattern has at most \(Pattern.maximumByteCount) bytes")
    }
    let syntax = PatternSyntax(text)
    let compiled = unsafe syntax.bytes.withUnsafeBufferPointer { buffer in
      unsafe buffer.withMemoryRebound(to: CChar.self) {
        // The bytes are only read during the call.
        unsafe cre2_compile($0.baseAddress, $0.count, Pattern.maximumMemory)
      }
    }
    // The shim never returns null.
    let handle = unsafe compiled.unsafelyUnwrapped
    // The handle is valid until it is freed.
    if let error = unsafe Pattern.error(of: handle, syntax) {
      unsafe cre2_free(handle)
      throw error
    }
    unsafe self.handle = handle
    self.text = text
    // Names live as long as the handle, and are copied here.
    let count = unsafe cre2_group_count(handle)
    groupNames = (0..<max(0, count)).map { index in
      unsafe cre2_group_name(handle, index + 1).map { unsafe String(cString: $0) }
    }
  }

  deinit {
    unsafe cre2_free(handle)
  }

  /// Whether the pattern matches anywhere in `bytes`.
  public func matches(_ bytes: Span<UInt8>) -> Bool {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe buffer.withMemoryRebound(to: CChar.self) {
        // The text is only read during the call; no ranges are asked for.
        unsafe cre2_match(handle, $0.baseAddress, $0.count, nil, 0) == 1
      }
    }
  }

  /// Whether the pattern matches anywhere in `text`.
  public func matches(_ text: String) -> Bool {
    matches(text.utf8Span.span)
  }

  /// Where the groups of the first match lie in `bytes`, in their order; nil where nothing matches.
  ///
  /// A group that took no part is an empty range at 0.
  public func captures(in bytes: Span<UInt8>) -> [Range<Int>]? {
    var ranges = [cre2_range](
      repeating: cre2_range(begin: 0, end: 0), count: groupNames.count + 1)
    let isMatch = unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe buffer.withMemoryRebound(to: CChar.self) { text in
        unsafe ranges.withUnsafeMutableBufferPointer {
          // The shim writes as many ranges as there are.
          unsafe cre2_match(handle, text.baseAddress, text.count, $0.baseAddress, Int32($0.count))
        }
      }
    }
    guard isMatch == 1 else { return nil }
    return ranges.dropFirst().map { $0.begin < 0 ? 0..<0 : $0.begin..<$0.end }
  }

  private static func error(of handle: OpaquePointer, _ syntax: PatternSyntax) -> PatternError? {
    // The texts live as long as the handle, and are copied here.
    guard let message = unsafe cre2_error(handle) else { return nil }
    let piece = unsafe UnsafeRawBufferPointer(
      start: cre2_error_piece(handle), count: cre2_error_piece_length(handle))
    return PatternError(
      unsafe String(cString: message), column: syntax.column(of: unsafe Array(piece)))
  }
}
