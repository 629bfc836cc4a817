import Glibc

/// A client on a blocking socket, which says exactly the bytes that a test wants.
final class BlockingClient {
  private let descriptor: Int32

  /// Connects to a port of the loopback interface.
  init(port: UInt16, receiveBuffer: Int32 = 0) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    if receiveBuffer > 0 {
      var size = receiveBuffer
      unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4)
    }
    // A test that goes wrong ends after this time instead of never.
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    _ = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
        unsafe connect(descriptor, raw, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  deinit {
    close(descriptor)
  }

  func send(_ text: String) {
    send(Array(text.utf8))
  }

  func send(_ bytes: [UInt8]) {
    var offset = 0
    while offset < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { raw in
        unsafe Glibc.send(
          descriptor, raw.baseAddress.unsafelyUnwrapped + offset, raw.count - offset,
          Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      offset += count
    }
  }

  func closeWriting() {
    shutdown(descriptor, Int32(SHUT_WR))
  }

  /// The next bytes; nothing at the end of the stream or when none come in time.
  func receive(maximum: Int = 65_536) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: maximum)
    let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
    return Array(buffer.prefix(max(0, count)))
  }

  /// Everything up to the end of the stream.
  func receiveAll() -> String {
    var all: [UInt8] = []
    while true {
      let next = receive()
      if next.isEmpty { return String(decoding: all, as: UTF8.self) }
      all.append(contentsOf: next)
    }
  }

  /// What comes until `count` times `text` has come, or the end.
  func receive(until text: String, count: Int = 1) -> String {
    var all = ""
    while occurrences(of: text, in: all) < count {
      let next = receive()
      if next.isEmpty { break }
      all += String(decoding: next, as: UTF8.self)
    }
    return all
  }
}

/// How often `part` occurs in `text`, without overlap.
func occurrences(of part: String, in text: String) -> Int {
  let wanted = Array(part.utf8)
  let all = Array(text.utf8)
  var count = 0
  var index = 0
  while index + wanted.count <= all.count {
    if all[index..<index + wanted.count].elementsEqual(wanted) {
      count += 1
      index += wanted.count
    } else {
      index += 1
    }
  }
  return count
}
