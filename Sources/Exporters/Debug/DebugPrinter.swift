internal import Bytes
internal import Components
internal import Diagnostics
internal import ExporterSupport
internal import Telemetry

/// Makes text of batches and writes it.
///
/// Confined to the exporter's own queue.
final class DebugPrinter {
  private let config: DebugExporterConfig
  private let log: Log
  private var outputs: [DebugOutput] = []

  init(_ config: DebugExporterConfig, _ log: Log) {
    self.config = config
    self.log = log
  }

  func open() throws(ComponentError) {
    // A line of the log holds no line ends, so that longer text goes beside the log.
    let textPaths = config.verbosity == .basic ? [] : ["stderr"]
    for path in config.usesInternalLogger ? textPaths : config.outputPaths {
      do throws(ComponentError) {
        outputs.append(try DebugOutput(path))
      } catch {
        close()
        throw error
      }
    }
  }

  func close() {
    outputs = []
  }

  /// Writes a batch; bytes that are no request fail permanently.
  func print(_ signal: Signal, _ payload: Payload) -> SendOutcome {
    do throws(WireError) {
      let counts = try DebugCounts(signal, payload)
      write(counts, signal, payload)
    } catch {
      return .failed(.permanent("not an OTLP request: \(error)"))
    }
    return .delivered
  }

  private func write(_ counts: DebugCounts, _ signal: Signal, _ payload: Payload) {
    if config.usesInternalLogger {
      counts.log(to: log)
    } else {
      emit("\(counts.title)\t\(counts.text)\n")
    }
    let text = DebugText { [self] in emit($0) }
    switch config.verbosity {
    case .basic: break
    case .normal: NormalText(text).append(signal, payload)
    case .detailed:
      var detailed = DetailedText(text)
      detailed.append(signal, payload)
    }
  }

  /// Writes text to every output.
  private func emit(_ text: String) {
    for output in outputs { output.write(text) }
  }
}
