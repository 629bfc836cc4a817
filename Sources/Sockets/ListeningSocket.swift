internal import Glibc
internal import Queues

/// Makes sockets that listen, or says in words why that fails.
enum ListeningSocket {
  private static let backlog: Int32 = 4096

  /// One socket for each of `count` shards, or one for all where the kernel cannot share the address.
  static func open(
    _ address: SocketAddress, count: Int
  ) throws(ListenError) -> [SocketDescriptor] {
    let candidates: [ResolvedAddress]
    do {
      candidates = try Resolver.resolveBlocking(address, isPassive: true)
    } catch {
      throw ListenError(address: address, reason: error.description)
    }
    var problem = SystemError(call: "bind", code: EADDRNOTAVAIL)
    for candidate in candidates {
      do {
        return try open(candidate, count: count)
      } catch {
        problem = error
        // Only a family that the host does not have lets the next candidate be right.
        guard [EAFNOSUPPORT, EADDRNOTAVAIL].contains(error.code) else { break }
      }
    }
    throw ListenError(address: address, reason: words(problem, address))
  }

  private static func open(
    _ address: ResolvedAddress, count: Int
  ) throws(SystemError) -> [SocketDescriptor] {
    if address.isUnix { return [try openUnix(address)] }
    // The first is bound without sharing, so that no other process' port is shared by accident.
    let first = try bound(address, isShared: false)
    if count > 1 { try first.set(SOL_SOCKET, SO_REUSEPORT, 1) }
    try startListening(first)
    var all = [first]
    if count > 1 {
      let exact = try first.localAddress()
      for _ in 1..<count {
        let next = try bound(exact, isShared: true)
        try startListening(next)
        all.append(next)
      }
    }
    return all
  }

  private static func bound(
    _ address: ResolvedAddress, isShared: Bool
  ) throws(SystemError) -> SocketDescriptor {
    let descriptor = try SocketDescriptor.stream(for: address)
    if !address.isUnix { try descriptor.set(SOL_SOCKET, SO_REUSEADDR, 1) }
    if isShared { try descriptor.set(SOL_SOCKET, SO_REUSEPORT, 1) }
    if address.family == AF_INET6 { try descriptor.set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0) }
    let result = unsafe address.withSocketAddress { pointer, count in
      unsafe bind(descriptor.number, pointer, count)
    }
    guard result == 0 else { throw .last("bind") }
    return descriptor
  }

  private static func startListening(_ descriptor: SocketDescriptor) throws(SystemError) {
    guard listen(descriptor.number, backlog) == 0 else { throw .last("listen") }
  }

  /// A socket's file that nobody listens on is left from a process that is gone, and is replaced.
  private static func openUnix(_ address: ResolvedAddress) throws(SystemError) -> SocketDescriptor {
    do {
      let descriptor = try bound(address, isShared: false)
      try startListening(descriptor)
      return descriptor
    } catch {
      guard error.code == EADDRINUSE, isStale(address) else { throw error }
      guard unsafe unlink(address.host) == 0 else { throw .last("unlink") }
      let descriptor = try bound(address, isShared: false)
      try startListening(descriptor)
      return descriptor
    }
  }

  private static func isStale(_ address: ResolvedAddress) -> Bool {
    var status = stat()
    guard unsafe lstat(address.host, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK,
      let probe = try? SocketDescriptor.stream(for: address)
    else { return false }
    let result = unsafe address.withSocketAddress { pointer, count in
      unsafe connect(probe.number, pointer, count)
    }
    return result != 0 && errno == ECONNREFUSED
  }

  private static func words(_ error: SystemError, _ address: SocketAddress) -> String {
    switch (error.code, address) {
    case (EADDRINUSE, .tcp(_, let port)):
      let owner = PortOwner.find(port: port).map { " by \($0)" } ?? ""
      return "the port is in use\(owner); stop that process or choose another port"
    case (EADDRINUSE, .unix):
      return "the path is in use by a running process or is no socket; remove it or choose another"
    case (EACCES, .tcp(_, let port)) where port < 1024:
      return "ports below 1024 need the capability CAP_NET_BIND_SERVICE"
    case (EACCES, .unix), (EPERM, .unix):
      return "this user may not create the socket there"
    case (ENOENT, .unix): return "the directory does not exist"
    case (EADDRNOTAVAIL, _): return "no network interface of this host has the address"
    default: return error.description
    }
  }
}
