internal import Glibc

/// The host's addresses and the names that the resolver has for it; calls block.
enum HostAddresses {
  /// The addresses of all interfaces but the loopback, as text.
  static func all() -> [String] {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard unsafe getifaddrs(&list) == 0 else { return [] }
    defer { unsafe freeifaddrs(list) }
    var found: [String] = []
    var next = unsafe list
    while let entry = unsafe next {
      // The list and its addresses live until `freeifaddrs`.
      unsafe next = entry.pointee.ifa_next
      let isLoopback = unsafe entry.pointee.ifa_flags & UInt32(IFF_LOOPBACK) != 0
      guard !isLoopback, let address = unsafe entry.pointee.ifa_addr else { continue }
      let family = unsafe Int32(address.pointee.sa_family)
      let length: Int
      switch family {
      case AF_INET: length = MemoryLayout<sockaddr_in>.size
      case AF_INET6: length = MemoryLayout<sockaddr_in6>.size
      default: continue
      }
      if let text = unsafe name(address, length, NI_NUMERICHOST) {
        // The zone behind a link-local address is this host's own matter.
        let plain = String(text.prefix { $0 != "%" })
        if !found.contains(plain) { found.append(plain) }
      }
    }
    return found
  }

  /// The canonical name that the resolver has for `host`; nil where it has none.
  static func canonicalName(of host: String) -> String? {
    unsafe lookUp(host, AI_CANONNAME) { list in
      guard let name = unsafe list.pointee.ai_canonname else { return nil }
      let text = unsafe String(cString: name)
      return text.hasPrefix("localhost") && !host.hasPrefix("localhost") ? nil : text
    }
  }

  /// The name that the resolver has for the first address of `host` that has one.
  static func reverseName(of host: String) -> String? {
    unsafe lookUp(host, 0) { list in
      var next: UnsafeMutablePointer<addrinfo>? = unsafe list
      while let entry = unsafe next {
        if let address = unsafe entry.pointee.ai_addr,
          let text = unsafe name(address, Int(entry.pointee.ai_addrlen), NI_NAMEREQD)
        {
          return text
        }
        unsafe next = entry.pointee.ai_next
      }
      return nil
    }
  }

  private static func lookUp(
    _ host: String, _ flags: Int32, _ body: (UnsafeMutablePointer<addrinfo>) -> String?
  ) -> String? {
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = AF_UNSPEC
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    unsafe hints.ai_flags = flags
    var list: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(host, nil, &hints, &list) == 0, let found = unsafe list else {
      return nil
    }
    // `body` copies what it takes from the list.
    defer { unsafe freeaddrinfo(found) }
    return unsafe body(found)
  }

  private static func name(
    _ address: UnsafeMutablePointer<sockaddr>, _ length: Int, _ flags: Int32
  ) -> String? {
    var room = [CChar](repeating: 0, count: 1025)
    // The room is as long as stated.
    let code = unsafe getnameinfo(
      address, socklen_t(length), &room, socklen_t(room.count), nil, 0, flags)
    guard code == 0 else { return nil }
    return String(decoding: room.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
