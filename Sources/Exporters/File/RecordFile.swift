internal import Diagnostics
internal import Bytes
internal import Queues

/// One file of records: buffered, written whole or not at all, put aside when it is large.
///
/// Confined to the exporter's own queue.
final class RecordFile {
  let path: String
  /// When the file was last used, as the writer counts.
  var lastUse = 0
  private let framing: RecordFraming
  private let rotation: FileExporterConfig.Rotation?
  private let followsLinks: Bool
  private var file: OutputFile?
  private var buffer = ByteBuffer()
  /// The file's length up to its last whole record; nil before it is opened.
  private var goodByteCount: Int?
  private var isNew = true

  /// A file at `path` that `open` opens.
  init(
    _ path: String, framing: RecordFraming, rotation: FileExporterConfig.Rotation?,
    followsLinks: Bool
  ) {
    self.path = path
    self.framing = framing
    self.rotation = rotation
    self.followsLinks = followsLinks
  }

  /// Whether there are bytes that are not written yet.
  var isDirty: Bool { !buffer.isEmpty }
  /// The number of bytes that are not written yet.
  var bufferedByteCount: Int { buffer.count }

  /// Whether the file must be put aside before a record of `byteCount` bytes.
  func mustRotate(before byteCount: Int) -> Bool {
    guard let rotation, let goodByteCount else { return false }
    let present = goodByteCount + buffer.count
    return present > 0 && present + byteCount > rotation.maxMegabytes << 20
  }

  func append(_ record: ByteSlice) {
    buffer.append(record)
  }

  /// Opens the file; what an interrupted writer left behind its last whole record is cut off.
  func open(_ existing: OutputFile.Existing) throws(SystemError) {
    let opened = try OutputFile(
      path, existing: isNew ? existing : .append, followsLinks: followsLinks)
    let length = try opened.byteCount()
    var good = goodByteCount.map { min($0, length) } ?? length
    if isNew, length > 0 { good = try framing.wholeRecords(in: opened, length: length) }
    if good < length { try opened.truncate(to: good) }
    goodByteCount = good
    isNew = false
    file = consume opened
  }

  /// Writes what is buffered; when it throws, the file ends behind its last whole record and the
  /// buffer is empty.
  func flush() throws(SystemError) {
    guard isDirty else { return }
    defer { buffer.truncate(to: 0) }
    if file == nil { try open(.append) }
    do throws(SystemError) {
      try file?.write(buffer.span)
    } catch {
      repair()
      throw error
    }
    goodByteCount = (goodByteCount ?? 0) + buffer.count
  }

  /// Cuts off what was written half; a file that cannot be cut is opened anew before the next write.
  private func repair() {
    do throws(SystemError) {
      try file?.truncate(to: goodByteCount ?? 0)
    } catch {
      file = nil
    }
  }

  /// Puts the file aside under a name with the time and begins a new one; flushed before.
  func rotate(at time: WallTime) throws(SystemError) {
    let backups = BackupFiles(path, usesLocalTime: rotation?.usesLocalTime ?? false)
    let name = backups.freeName(at: time)
    file = nil
    try backups.rename(path, to: name)
    goodByteCount = nil
    isNew = true
    try open(.append)
    prune(at: time)
  }

  /// Deletes files put aside that are too many or too old.
  func prune(at time: WallTime) {
    guard let rotation else { return }
    BackupFiles(path, usesLocalTime: rotation.usesLocalTime)
      .prune(maxBackups: rotation.maxBackups, maxDays: rotation.maxDays, at: time)
  }

  /// Waits until the written bytes are on the disk.
  func sync() throws(SystemError) {
    try file?.sync()
  }
}
