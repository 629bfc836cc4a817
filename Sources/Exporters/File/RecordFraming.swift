/// Where one record ends and the next begins in a file.
enum RecordFraming: Sendable {
  /// Each record is a line.
  case lines
  /// Each record follows its length in four bytes, high byte first.
  case lengths

  init(_ config: FileExporterConfig) {
    self = config.format == .json && config.compression == .none ? .lines : .lengths
  }
}
