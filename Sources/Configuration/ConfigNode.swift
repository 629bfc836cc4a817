/// A place in a configuration source.
public struct ConfigLocation: Sendable, Hashable {
  /// The file's name, or `env:NAME`, `yaml:`, `--set`.
  public let source: String
  /// The line, from 1; 0 where the source has no lines.
  public let line: Int
  /// The column, from 1.
  public let column: Int

  /// The place at `line` and `column` of `source`.
  public init(source: String, line: Int, column: Int) {
    self.source = source
    self.line = line
    self.column = column
  }
}

/// A value of the configuration with the place where it was written.
public struct ConfigNode: Sendable {
  /// What a node holds.
  public indirect enum Content: Sendable {
    /// Nothing: an absent value, `null` or `~`.
    case null
    /// A truth value; `text` is as written.
    case bool(Bool, text: String)
    /// A whole number; `text` is as written.
    case int(Int, text: String)
    /// A number; `text` is as written.
    case double(Double, text: String)
    /// Text.
    case string(String)
    /// Bytes, tagged `!!binary`; `text` is their base64.
    case bytes([UInt8], text: String)
    /// A list.
    case list([ConfigNode])
    /// Keys and values in the order written.
    case mapping([Entry])
  }

  /// A key and its value.
  public struct Entry: Sendable {
    /// The key.
    public let key: String
    /// Where the key was written.
    public let keyLocation: ConfigLocation
    /// The value.
    public var value: ConfigNode

    /// An entry of this key and value.
    public init(key: String, keyLocation: ConfigLocation, value: ConfigNode) {
      self.key = key
      self.keyLocation = keyLocation
      self.value = value
    }
  }

  /// What the node holds.
  public var content: Content
  /// The text that the content was parsed from, where it came out of a `${...}` reference.
  public var original: String?
  /// Where it was written.
  public let location: ConfigLocation

  /// A node of this content, written at `location`.
  public init(_ content: Content, at location: ConfigLocation) {
    self.content = content
    self.location = location
  }
}
