internal import Bytes
internal import Queues
internal import Sockets

/// A new connection whose first bytes tell which protocol it speaks.
///
/// Confined to its shard.
final class ProtocolDetector {
  /// Makes the connection of one protocol, which takes the detector's place.
  typealias Make = (any ByteStream) -> any ServerConnection & ByteStreamDelegate

  private let stream: any ByteStream
  private let book: ServerShard
  private let settings: HTTPServerSettings
  private let makeHTTP1: Make?
  private let makeHTTP2: Make?
  private var held = ByteBuffer()
  private var watch: DeadlineWatch?

  init(
    _ stream: any ByteStream, book: ServerShard, settings: HTTPServerSettings,
    makeHTTP1: Make? = nil, makeHTTP2: Make? = nil
  ) {
    self.stream = stream
    self.book = book
    self.settings = settings
    self.makeHTTP1 = makeHTTP1
    self.makeHTTP2 = makeHTTP2
    guard book.insert(self) else {
      stream.abort()
      return
    }
    stream.delegate = self
    if let timeout = settings.readHeaderTimeout {
      watch = DeadlineWatch(stream.shard) { [weak self] in self?.stream.abort() }
      watch?.expect(stream.lastReadTime + timeout)
    }
  }

  private func hand(_ bytes: Span<UInt8>, isHTTP2: Bool) {
    watch?.stop()
    guard let make = isHTTP2 ? makeHTTP2 : makeHTTP1 else {
      stream.abort()
      return
    }
    let next = make(stream)
    book.replace(self, by: next)
    stream.delegate = next
    next.received(bytes)
  }
}

extension ProtocolDetector: ByteStreamDelegate {
  func received(_ bytes: Span<UInt8>) {
    if makeHTTP1 == nil || makeHTTP2 == nil {
      hand(bytes, isHTTP2: makeHTTP1 == nil)
      return
    }
    if held.isEmpty, bytes.count >= 4 {
      hand(bytes, isHTTP2: bytes.extracting(0..<4).isEqual(to: "PRI "))
      return
    }
    held.append(bytes)
    guard held.count >= 4 else { return }
    let all = held.takeSlice()
    hand(all.span, isHTTP2: all[0..<4].span.isEqual(to: "PRI "))
  }

  func peerClosed() { stream.abort() }
  func produceOutput() {}
  func drained() {}

  func closed(_ error: SystemError?) {
    watch?.stop()
    book.remove(self)
  }
}

extension ProtocolDetector: ServerConnection {
  func drain() { stream.abort() }
  func abort() { stream.abort() }
}
