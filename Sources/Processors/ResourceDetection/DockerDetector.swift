internal import Bytes
internal import Glibc
internal import Telemetry

/// Asks the docker daemon for its host over its unix socket.
enum DockerDetector {
  /// The most bytes of an answer.
  static let byteLimit = 1 << 20

  static func detect(_ around: Surroundings) throws(DetectionError) -> DetectedAttributes {
    let path = try socketPath(around)
    let answer = try ask(path, around.timeout)
    let fields = try fields(ofResponse: answer)
    guard let name = fields["Name"] else {
      throw DetectionError("the docker daemon's answer has no Name")
    }
    var found = DetectedAttributes()
    found.add("host.name", text: name)
    found.add("os.type", text: fields["OSType"])
    return found
  }

  private static func socketPath(_ around: Surroundings) throws(DetectionError) -> String {
    guard let host = around.environment("DOCKER_HOST"), !host.isEmpty else {
      return around.root + "/var/run/docker.sock"
    }
    guard host.hasPrefix("unix://") else {
      throw DetectionError("DOCKER_HOST is \(host); only unix:// sockets are in this build")
    }
    return String(host.dropFirst(7))
  }

  /// The texts at the top of the JSON object in a response of HTTP/1.0.
  static func fields(ofResponse bytes: [UInt8]) throws(DetectionError) -> [String: String] {
    let head = bytes.prefix(64)
    let words = String(decoding: head, as: UTF8.self).split(separator: " ", maxSplits: 2)
    guard words.count > 1, words[0].hasPrefix("HTTP/1.") else {
      throw DetectionError("the docker daemon's answer is not HTTP")
    }
    guard words[1] == "200" else {
      throw DetectionError("the docker daemon answers with status \(words[1])")
    }
    guard let end = bodyStart(bytes) else {
      throw DetectionError("the docker daemon's answer ends within its header")
    }
    guard let fields = JSONTexts.top(of: bytes[end...]) else {
      throw DetectionError("the docker daemon's answer is not a JSON object")
    }
    return fields
  }

  private static func bodyStart(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    for index in 0...(bytes.count - 4)
    where bytes[index..<index + 4].elementsEqual([13, 10, 13, 10]) {
      return index + 4
    }
    return nil
  }

  private static func ask(_ path: String, _ timeout: Duration) throws(DetectionError) -> [UInt8] {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw failure("no socket can be made", path) }
    defer { close(descriptor) }
    limit(descriptor, timeout)
    try connect(descriptor, path)
    // HTTP/1.0 has no chunks: the body ends with the connection.
    let request = Array("GET /info HTTP/1.0\r\nHost: docker\r\n\r\n".utf8)
    guard
      unsafe send(descriptor, request, request.count, Int32(MSG_NOSIGNAL))
        == request.count
    else { throw failure("no request can be sent", path) }
    let deadline =
      clockNanoseconds() + timeout.components.seconds * 1_000_000_000
      + timeout.components.attoseconds / 1_000_000_000
    var answer: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 16 << 10)
    while answer.count < byteLimit {
      let count = unsafe recv(descriptor, &room, room.count, 0)
      if count < 0 { throw failure("there is no answer", path) }
      if count == 0 { return answer }
      answer.append(contentsOf: room[..<count])
      if clockNanoseconds() > deadline { break }
    }
    throw DetectionError("the docker daemon at \(path) does not end its answer")
  }

  private static func clockNanoseconds() -> Int64 {
    var time = timespec()
    // The pointer is valid for the call.
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  private static func limit(_ descriptor: Int32, _ timeout: Duration) {
    let (seconds, attoseconds) = timeout.components
    var time = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    let size = socklen_t(MemoryLayout<timeval>.size)
    // The pointer is valid for the calls, and the size is that of what it points to.
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
  }

  private static func connect(_ descriptor: Int32, _ path: String) throws(DetectionError) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard bytes.count < room else {
      throw DetectionError("the path of the docker socket is longer than \(room - 1) bytes")
    }
    // The path is shorter than its field, whose rest is zero.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    let status = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard status == 0 else { throw failure("it cannot be reached", path) }
  }

  private static func failure(_ what: String, _ path: String) -> DetectionError {
    let reason = unsafe String(cString: strerror(errno))
    return DetectionError("asking the docker daemon at \(path): \(what): \(reason)")
  }
}
