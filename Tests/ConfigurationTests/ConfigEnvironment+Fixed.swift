import Configuration

extension ConfigEnvironment {
  /// An environment of these variables and files only.
  static func fixed(
    _ variables: [String: String] = [:], files: [String: String] = [:]
  ) -> ConfigEnvironment {
    ConfigEnvironment(
      variable: { variables[$0] },
      file: { path in
        files[path].map { .bytes(Array($0.utf8)) } ?? .unreadable("No such file or directory")
      })
  }
}
