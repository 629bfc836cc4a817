/// Paths of keys as problems show them.
public enum ConfigPath {
  /// `path` and `key` joined by `::`; the key alone at the root.
  public static func join(_ path: String, _ key: String) -> String {
    path.isEmpty ? key : "\(path)::\(key)"
  }
}
