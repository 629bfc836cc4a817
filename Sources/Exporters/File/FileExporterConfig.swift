public import Configuration

/// The options of the file exporter.
public struct FileExporterConfig: ConfigDecodable, Equatable {
  /// How a batch is written.
  public enum Format: String, Sendable, CaseIterable {
    /// One line with the export request as OTLP/JSON.
    case json
    /// A length of four bytes, high byte first, and the export request as protobuf.
    case proto
  }

  /// How each message is compressed.
  public enum Compression: String, Sendable, CaseIterable {
    /// Not at all.
    case none = ""
    /// As a zstd frame behind a length of four bytes, high byte first.
    case zstd
  }

  /// When a file is put aside and a new one begun.
  public struct Rotation: Sendable, Equatable {
    /// The size in MiB that no file passes.
    public var maxMegabytes: Int
    /// The age in days from which files put aside are deleted; 0 for never.
    public var maxDays: Int
    /// The number of files put aside that are kept; 0 for all.
    public var maxBackups: Int
    /// Whether names have the local time, not UTC.
    public var usesLocalTime: Bool

    /// Options given in code.
    public init(
      maxMegabytes: Int = 100, maxDays: Int = 0, maxBackups: Int = 100, usesLocalTime: Bool = false
    ) {
      self.maxMegabytes = maxMegabytes
      self.maxDays = maxDays
      self.maxBackups = maxBackups
      self.usesLocalTime = usesLocalTime
    }
  }

  /// How resources are spread over files.
  public struct Grouping: Sendable, Equatable {
    /// The resource attribute that takes the place of `*` in the path.
    public var attribute: String
    /// The number of files kept open.
    public var maxOpenFiles: Int

    /// Options given in code.
    public init(attribute: String = "fileexporter.path_segment", maxOpenFiles: Int = 100) {
      self.attribute = attribute
      self.maxOpenFiles = maxOpenFiles
    }
  }

  /// The file's path; with grouping it has one `*`.
  public var path: String
  /// Whether a file that exists is continued, not emptied.
  public var appends: Bool
  /// How a batch is written.
  public var format: Format
  /// How each message is compressed.
  public var compression: Compression
  /// How long written bytes may be held back to be written together; zero for not at all.
  public var flushInterval: Duration
  /// When files are put aside; nil for never.
  public var rotation: Rotation?
  /// How resources are spread over files; nil for one file.
  public var grouping: Grouping?
  /// Whether missing directories of the path are made.
  public var createsDirectory: Bool

  /// Options given in code.
  public init(
    path: String, appends: Bool = false, format: Format = .json, compression: Compression = .none,
    flushInterval: Duration = .seconds(1), rotation: Rotation? = nil, grouping: Grouping? = nil,
    createsDirectory: Bool = false
  ) {
    self.path = path
    self.appends = appends
    self.format = format
    self.compression = compression
    self.flushInterval = flushInterval
    self.rotation = rotation
    self.grouping = grouping
    self.createsDirectory = createsDirectory
  }
}
