internal import Dispatch
internal import Glibc
public import Queues

/// Turns host names into addresses with the system's resolver, away from the shards.
///
/// `getaddrinfo` blocks; one serial queue of its own does all of it, so that a name server that
/// does not answer costs one thread.
public enum Resolver {
  private static let queue = DispatchQueue(label: "swiftlet.resolver")

  /// Finds the addresses of `address` and calls `done` on `shard` with them or the reason why not.
  ///
  /// Confined to the shard. Numeric addresses and paths need no name server but take the same way.
  public static func resolve(
    _ address: SocketAddress, on shard: Shard,
    _ done: @escaping (Result<[ResolvedAddress], ResolveError>) -> Void
  ) {
    let waiting = ShardBound(confined: done, to: shard)
    queue.async {
      let outcome = Result { () throws(ResolveError) in
        try resolveBlocking(address, isPassive: false)
      }
      shard.post { waiting.value(outcome) }
    }
  }

  /// Finds the addresses of `address` on the calling thread, which waits for it.
  static func resolveBlocking(
    _ address: SocketAddress, isPassive: Bool
  ) throws(ResolveError) -> [ResolvedAddress] {
    switch address {
    case .unix(let path): return [ResolvedAddress(path: path)]
    case .tcp(let host, let port):
      // Users write 0.0.0.0 for every address; the reference collector takes IPv6 there too.
      if host.isEmpty || host == "0.0.0.0", isPassive {
        return [.anyIPv6(port: port), .anyIPv4(port: port)]
      }
      return try lookUp(host.isEmpty ? "localhost" : host, port)
    }
  }

  private static func lookUp(
    _ host: String, _ port: UInt16
  ) throws(ResolveError) -> [ResolvedAddress] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = AF_UNSPEC
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    unsafe hints.ai_flags = AI_NUMERICSERV
    var list: UnsafeMutablePointer<addrinfo>?
    let code = unsafe getaddrinfo(host, String(port), &hints, &list)
    guard code == 0 else {
      let reason =
        code == EAI_SYSTEM
        ? SystemError.last("getaddrinfo").reason : unsafe String(cString: gai_strerror(code))
      throw ResolveError(host: host, reason: reason)
    }
    defer { unsafe freeaddrinfo(list) }
    var found: [ResolvedAddress] = []
    var next = unsafe list
    while let entry = unsafe next {
      let count = unsafe Int(entry.pointee.ai_addrlen)
      let bytes = unsafe UnsafeRawBufferPointer(start: entry.pointee.ai_addr, count: count)
      found.append(ResolvedAddress(bytes: unsafe Array(bytes)))
      unsafe next = entry.pointee.ai_next
    }
    // A service on `localhost` that listens on one family only is nearly always on IPv4.
    if host == "localhost" { found.sort { $0.family == AF_INET && $1.family != AF_INET } }
    return found
  }
}

/// A host name for which no address was found.
public struct ResolveError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The name.
  public let host: String
  /// The resolver's words.
  public let reason: String

  /// The name and the reason in one sentence.
  public var description: String { "the host '\(host)' has no address: \(reason)" }
}
