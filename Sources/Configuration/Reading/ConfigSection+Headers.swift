extension ConfigSection {
  /// Fields of HTTP or gRPC messages, as `secrets` reads them; what cannot be sent is a problem.
  ///
  /// `reserved` are the names, in lower case, that are not the user's to set, with what to do
  /// instead. A field that cannot be sent would fail every message for good.
  public func headers(
    _ key: String, reserved: [String: String]
  ) -> [(name: String, value: Secret)] {
    let headers = secrets(key) ?? []
    for (name, value) in headers {
      guard let problem = ConfigSection.problem(name, value, reserved) else { continue }
      self.problem(location(of: name, in: key), ConfigPath.join(key, name), problem)
    }
    return headers
  }

  private func location(of name: String, in key: String) -> ConfigLocation {
    guard let node = node(key) else { return location }
    guard case .mapping(let entries) = node.content else { return node.location }
    return entries.last { $0.key == name }?.value.location ?? node.location
  }

  private static func problem(
    _ name: String, _ value: Secret, _ reserved: [String: String]
  ) -> String? {
    if let advice = reserved[name.lowercased()] { return advice }
    if name.isEmpty || !name.utf8.allSatisfy(isTokenCharacter) {
      return "\"\(name)\" is no header's name; use letters, digits and -"
    }
    return value.revealed.utf8.allSatisfy(isFieldCharacter)
      ? nil : "has a line end or another control character"
  }

  /// A token's characters (RFC 9110 section 5.6.2).
  private static func isTokenCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  /// A field value's characters (RFC 9110 section 5.5).
  private static func isFieldCharacter(_ byte: UInt8) -> Bool {
    byte == 0x09 || byte >= 0x20 && byte != 0x7F
  }
}
