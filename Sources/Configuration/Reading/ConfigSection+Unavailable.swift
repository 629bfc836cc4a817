extension ConfigSection {
  /// Reads options whose effect this build has not, and refuses those that are set, in these words.
  ///
  /// Null, the empty text and the empty list set nothing.
  public func refuse(_ options: [(key: String, words: String)]) {
    for (key, words) in options {
      guard let node = node(key) else { continue }
      switch node.content {
      case .null: continue
      case .string(let text) where text.isEmpty: continue
      case .list(let items) where items.isEmpty: continue
      default: problem(key, words)
      }
    }
  }

  /// Refuses what every server of the reference collector has and none of this build.
  public func refuseServerSecurity() {
    refuse([
      ("tls", "TLS is not in this build; remove the section, or put a TLS proxy in front"),
      ("auth", "authentication is not in this build; remove the key"),
      ("middlewares", "middlewares are not in this build; remove the key"),
    ])
  }
}
