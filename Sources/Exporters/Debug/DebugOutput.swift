internal import Components
internal import Queues

/// A place to which text is written: standard output, standard error, or a file that is appended to.
///
/// Confined to the exporter's own queue.
final class DebugOutput {
  private let file: OutputFile

  init(_ path: String) throws(ComponentError) {
    switch path {
    case "stdout": file = .standardOutput()
    case "stderr": file = .standardError()
    default:
      do throws(SystemError) {
        file = try OutputFile(path, existing: .append)
      } catch {
        throw ComponentError("output_paths: cannot open \(path): \(error.reason)")
      }
    }
  }

  /// Writes all of the text; gives up at the first error, for this output is a convenience.
  func write(_ text: String) {
    try? file.write(text.utf8Span.span)
  }
}
