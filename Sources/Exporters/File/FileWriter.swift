internal import Bytes
internal import Components
internal import Diagnostics
internal import ExporterSupport
internal import Glibc
internal import Queues
internal import Telemetry

/// Encodes batches into files and tells of each when all its bytes are written.
///
/// Confined to the exporter's own queue.
final class FileWriter {
  /// Buffered bytes from which nothing waits for the flush interval.
  private static let flushByteCount = 1 << 20

  /// Seconds until a rotation that failed is tried again.
  private static let rotationPause = 10

  private let config: FileExporterConfig
  private let log: Log
  private let time: @Sendable () -> WallTime
  private let answer: @Sendable ([Int], SendOutcome) -> Void
  private let framing: RecordFraming
  private var encoder: RecordEncoder
  private var files: [String: RecordFile] = [:]
  private var useCount = 0
  private var rotationPauseEnd = 0
  /// Batches whose bytes are buffered, each with the paths of its files.
  private var pending: [(ticket: Int, paths: [String])] = []
  /// Why bytes of the batch that is being written were lost with a flush on the way.
  private var failures: [String: SystemError] = [:]

  init(
    _ config: FileExporterConfig, _ log: Log, time: @escaping @Sendable () -> WallTime,
    answer: @escaping @Sendable ([Int], SendOutcome) -> Void
  ) {
    self.config = config
    self.log = log
    self.time = time
    self.answer = answer
    framing = RecordFraming(config)
    encoder = RecordEncoder(config)
  }

  /// Opens the file, or makes the directory of the files to come.
  func open() throws(ComponentError) {
    do throws(SystemError) {
      if config.grouping != nil {
        try FilePath.makeDirectories(FilePath.split(pathParts.prefix).directory)
        return
      }
      _ = try file(at: config.path)
    } catch {
      files = [:]
      let advice =
        error.code == ENOENT && !config.createsDirectory
        ? "; create_directory: true makes missing directories" : ""
      throw ComponentError("path: cannot write \(config.path): \(error)\(advice)")
    }
  }

  /// Buffers a batch; it is answered once its bytes are written.
  func write(_ signal: Signal, _ payload: Payload, _ ticket: Int) {
    failures = [:]
    var paths: [String] = []
    do throws(DeliveryError) {
      for (segment, part) in try groups(of: payload) {
        let record = try encoder.encode(signal, part)
        paths.append(try append(record, to: segment))
      }
    } catch {
      answer([ticket], .failed(error))
      return
    }
    if let (path, error) = failures.first(where: { paths.contains($0.key) }) {
      answer([ticket], FileWriter.failure(path, error))
      return
    }
    pending.append((ticket, paths))
    if files.values.reduce(0, { $0 + $1.bufferedByteCount }) >= FileWriter.flushByteCount {
      flush()
    }
  }

  /// Writes what is buffered and answers the batches that waited for it.
  func flush() {
    var failed: [String: SystemError] = [:]
    for (path, file) in files where file.isDirty {
      do throws(SystemError) {
        try file.flush()
      } catch {
        failed[path] = error
      }
    }
    failures.merge(failed) { first, _ in first }
    let waiting = pending
    pending = []
    if failed.isEmpty {
      if !waiting.isEmpty { answer(waiting.map(\.ticket), .delivered) }
      return
    }
    for (ticket, paths) in waiting {
      let bad = paths.first { failed[$0] != nil }
      answer(
        [ticket],
        bad.flatMap { path in failed[path].map { FileWriter.failure(path, $0) } }
          ?? .delivered)
    }
  }

  /// Writes what is buffered, waits for the disk and closes all files.
  func close() {
    flush()
    for (path, file) in files {
      do throws(SystemError) {
        try file.sync()
      } catch {
        log.warn("cannot sync a file", ["path": .string(path), "reason": .string("\(error)")])
      }
    }
    files = [:]
  }

  private static func failure(_ path: String, _ error: SystemError) -> SendOutcome {
    .failed(.retryable("cannot write \(path): \(error)", after: nil))
  }

  private var pathParts: (prefix: String, suffix: String) {
    let parts = config.path.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
    return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
  }

  private func path(for segment: PathSegment) -> String {
    pathParts.prefix + segment.text + pathParts.suffix
  }

  private func groups(
    of payload: Payload
  ) throws(DeliveryError) -> [(segment: PathSegment?, payload: Payload)] {
    guard let grouping = config.grouping else { return [(nil, payload)] }
    do throws(WireError) {
      return try ResourceGroups(payload, attribute: grouping.attribute).groups
        .map { ($0.segment, $0.payload) }
    } catch {
      throw .permanent("not an OTLP request: \(error)")
    }
  }

  /// Buffers a record and returns the path of its file.
  private func append(
    _ record: ByteSlice, to segment: PathSegment?
  ) throws(DeliveryError) -> String {
    let path = segment.map(path) ?? config.path
    do throws(SystemError) {
      return try append(record, at: path)
    } catch {
      guard segment != nil, FilePath.isBadPath(error) else {
        throw .retryable("cannot open \(path): \(error)", after: nil)
      }
    }
    // No value of an attribute may hold up the others: what has no place goes with what has no value.
    let missing = self.path(for: .missing)
    do throws(SystemError) {
      return try append(record, at: missing)
    } catch {
      throw .retryable("cannot open \(missing): \(error)", after: nil)
    }
  }

  private func append(_ record: ByteSlice, at path: String) throws(SystemError) -> String {
    let file = try file(at: path)
    if file.mustRotate(before: record.count), time().seconds >= rotationPauseEnd {
      flush()
      rotate(file)
    }
    file.append(record)
    return path
  }

  private func rotate(_ file: RecordFile) {
    do throws(SystemError) {
      try file.rotate(at: time())
    } catch {
      rotationPauseEnd = time().seconds + FileWriter.rotationPause
      log.warn(
        "cannot put a file aside, it grows on",
        ["path": .string(file.path), "reason": .string("\(error)")])
    }
  }

  private func file(at path: String) throws(SystemError) -> RecordFile {
    useCount += 1
    if let known = files[path] {
      known.lastUse = useCount
      return known
    }
    if let grouping = config.grouping, files.count >= grouping.maxOpenFiles { closeOldest() }
    if config.createsDirectory || config.grouping != nil {
      try FilePath.makeDirectories(FilePath.split(path).directory)
    }
    let file = RecordFile(
      path, framing: framing, rotation: config.rotation, followsLinks: config.grouping == nil)
    let continues = config.appends || config.rotation != nil || config.grouping != nil
    try file.open(continues ? .append : .truncate)
    file.prune(at: time())
    file.lastUse = useCount
    files[path] = file
    return file
  }

  private func closeOldest() {
    flush()
    if let oldest = files.min(by: { $0.value.lastUse < $1.value.lastUse }) {
      files[oldest.key] = nil
    }
  }
}
