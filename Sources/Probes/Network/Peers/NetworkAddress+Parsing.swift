extension NetworkAddress {
  /// The address that a text such as `192.0.2.1` or `2001:db8::1` tells; nil where it tells none.
  init?(_ text: Substring) {
    if text.contains(":") {
      self.init(ipv6: text)
    } else if let number = NetworkAddress.ipv4(text) {
      self.init(ipv4: number)
    } else {
      return nil
    }
  }

  private static func ipv4(_ text: Substring) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var number: UInt32 = 0
    for part in parts {
      guard part.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let value = UInt8(part) else {
        return nil
      }
      number = number << 8 | UInt32(value)
    }
    return number
  }

  private init?(ipv6 text: Substring) {
    // "::" stands for as many groups of zeros as are missing.
    let halves = NetworkAddress.halves(text)
    guard let left = NetworkAddress.groups(halves.left, isEnd: halves.right == nil),
      let right = NetworkAddress.groups(halves.right ?? "", isEnd: true)
    else { return nil }
    let missing = 8 - left.count - right.count
    guard halves.right == nil ? missing == 0 : missing > 0 else { return nil }
    var high: UInt64 = 0
    var low: UInt64 = 0
    for group in left + Array(repeating: 0, count: missing) + right {
      high = high << 16 | low >> 48
      low = low << 16 | group
    }
    self.init(high: high, low: low)
  }

  private static func halves(_ text: Substring) -> (left: Substring, right: Substring?) {
    var index = text.startIndex
    while index < text.endIndex {
      let next = text.index(after: index)
      if next < text.endIndex, text[index] == ":", text[next] == ":" {
        return (text[..<index], text[text.index(after: next)...])
      }
      index = next
    }
    return (text, nil)
  }

  private static func groups(_ text: Substring, isEnd: Bool) -> [UInt64]? {
    if text.isEmpty { return [] }
    var groups: [UInt64] = []
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if isEnd, part.contains("."), index == parts.count - 1, let number = ipv4(part) {
        groups += [UInt64(number >> 16), UInt64(number & 0xffff)]
      } else {
        guard !part.isEmpty, part.utf8.count <= 4, !part.hasPrefix("+"), !part.hasPrefix("-"),
          let value = UInt64(part, radix: 16)
        else { return nil }
        groups.append(value)
      }
    }
    return groups.count <= 8 ? groups : nil
  }
}
