/// The collector's version.
public enum Version {
  /// The version number, semantic.
  public static let number = "0.1.0"
}
