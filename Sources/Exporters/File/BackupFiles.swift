internal import Diagnostics
internal import Queues

/// The files that were put aside for one path: `name-2006-01-02T15-04-05.000.ext`.
struct BackupFiles {
  private static let secondsPerDay = 86_400

  private let directory: String
  private let prefix: String
  private let suffix: String
  private let usesLocalTime: Bool

  init(_ path: String, usesLocalTime: Bool) {
    let (directory, name) = FilePath.split(path)
    self.directory = directory
    let stem = name.lastIndex(of: ".").map { name[..<$0] } ?? name[...]
    prefix = stem + "-"
    suffix = String(name[stem.endIndex...])
    self.usesLocalTime = usesLocalTime
  }

  /// The name for a file put aside at `time`; a name that is taken gives way to a later moment.
  func freeName(at time: WallTime) -> String {
    var time = time
    while true {
      let path = directory + name(at: time)
      if !FilePath.exists(path) { return path }
      time = WallTime(milliseconds: time.milliseconds + 1)
    }
  }

  func rename(_ path: String, to name: String) throws(SystemError) {
    try FilePath.rename(path, to: name)
  }

  /// Deletes all but the newest `maxBackups` (0: keeps all) and what is older than `maxDays` (0: never).
  func prune(maxBackups: Int, maxDays: Int, at time: WallTime) {
    guard maxBackups > 0 || maxDays > 0 else { return }
    let found = FilePath.names(in: directory).compactMap { name -> (String, WallTime)? in
      self.time(of: name).map { (name, $0) }
    }
    let newestFirst = found.sorted {
      $0.1.milliseconds > $1.1.milliseconds
    }
    for (index, (name, moment)) in newestFirst.enumerated() {
      let isTooOld =
        maxDays > 0 && time.seconds - moment.seconds > maxDays * BackupFiles.secondsPerDay
      if isTooOld || (maxBackups > 0 && index >= maxBackups) {
        FilePath.remove(directory + name)
      }
    }
  }

  private func name(at time: WallTime) -> String {
    prefix + time.backupStamp(isLocal: usesLocalTime) + suffix
  }

  private func time(of name: String) -> WallTime? {
    guard name.hasPrefix(prefix), name.hasSuffix(suffix),
      name.utf8.count >= prefix.utf8.count + suffix.utf8.count
    else { return nil }
    return WallTime(
      backupStamp: name.dropFirst(prefix.count).dropLast(suffix.count), isLocal: usesLocalTime)
  }
}
