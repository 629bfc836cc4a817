public import Bytes
internal import Glibc
public import Queues

/// A connected stream socket in a shard's epoll set.
///
/// Confined to its shard. The shard keeps it until it is closed.
public final class StreamConnection: ByteStream {
  private enum Phase {
    case open, draining, lingering, closed
  }

  /// Reads for one readiness event; the next turn continues where bytes are left.
  private static let readsPerEvent = 2
  /// Writes for one turn; a peer that reads as fast as we write must not keep the shard.
  private static let writesPerTurn = 32

  /// The shard on which everything about the connection happens.
  public let shard: Shard
  /// The peer and what is known of it.
  public let peer: SocketPeer
  /// The receiver of what happens; kept until the connection is closed.
  public var delegate: (any ByteStreamDelegate)?
  /// When bytes last came in, on the shard's clock.
  public private(set) var lastReadTime: MonotonicTime
  /// When bytes last went out or began to wait, on the shard's clock.
  public private(set) var lastWriteTime: MonotonicTime
  /// Whether more than the high-water mark waits to be written, until it falls to the low one.
  public private(set) var isCongested = false

  /// The connection's place in its listener's count, kept until it is closed.
  var place: ConnectionSpread.Place?

  private let settings: StreamSettings
  private var descriptor: SocketDescriptor?
  private var registration: Registration?
  private var interest: Readiness = [.read]
  private var queue = WriteQueue()
  private var phase = Phase.open
  private var isReadingPaused = false
  private var hasPeerClosed = false
  private var isFinisherPending = false
  private var isBlocked = false
  private var deadline: ShardTimer?
  private var lingerTime = Duration.zero

  /// A connection over a connected socket, in the shard's epoll set from now on.
  ///
  /// - Throws: what `epoll_ctl` failed with.
  public init(
    _ descriptor: SocketDescriptor, peer: SocketPeer, shard: Shard,
    settings: StreamSettings = .init()
  ) throws(SystemError) {
    self.descriptor = descriptor
    self.peer = peer
    self.shard = shard
    self.settings = settings
    lastReadTime = shard.now
    lastWriteTime = lastReadTime
    descriptor.setConnectionOptions()
    registration = try shard.register(descriptor.number, for: interest, self)
  }

  /// The bytes that wait to be written.
  public var queuedByteCount: Int { queue.byteCount }

  /// Whether the connection has ended for good.
  public var isClosed: Bool { phase == .closed }

  /// Queues `slice` without copying it; written at the end of the shard's turn.
  public func write(_ slice: ByteSlice) {
    guard phase == .open else { return }
    willQueue()
    queue.append(slice)
    didQueue()
  }

  /// Queues a copy of `bytes`; written at the end of the shard's turn.
  public func write(copying bytes: Span<UInt8>) {
    guard phase == .open else { return }
    willQueue()
    queue.append(copying: bytes)
    didQueue()
  }

  private func willQueue() {
    if queue.isEmpty { lastWriteTime = shard.now }
  }

  private func didQueue() {
    if queue.byteCount > settings.highWater { isCongested = true }
    scheduleFinisher()
  }

  /// Asks for the delegate's `produceOutput` at the end of the shard's turn.
  public func wantOutput() {
    scheduleFinisher()
  }

  private func scheduleFinisher() {
    guard !isFinisherPending, phase != .closed else { return }
    isFinisherPending = true
    shard.atEndOfTurn(self)
  }

  /// Stops taking bytes, so that the peer feels it.
  public func pauseReading() {
    isReadingPaused = true
    updateInterest()
  }

  /// Takes bytes again.
  public func resumeReading() {
    isReadingPaused = false
    updateInterest()
  }

  /// Writes what is queued, then closes with a FIN and waits up to `linger` for the peer's; also
  /// ends when the peer takes nothing for so long.
  ///
  /// Without the wait the kernel would answer late bytes with a reset, which can destroy the last
  /// response on its way.
  public func close(linger: Duration) {
    guard phase == .open else { return }
    phase = .draining
    isReadingPaused = false
    updateInterest()
    lingerTime = linger
    lastWriteTime = shard.now
    expectEnd(after: linger)
    scheduleFinisher()
  }

  /// Ends a closing connection whose peer neither takes bytes nor closes for the linger time.
  private func expectEnd(after delay: Duration) {
    deadline?.cancel()
    deadline = shard.schedule(after: delay) { [weak self] in
      guard let self else { return }
      let left = lastWriteTime + lingerTime - shard.clock.now
      if phase == .draining, left > .zero { expectEnd(after: left) } else { finish(nil) }
    }
  }

  /// Closes at once; what is queued is lost.
  public func abort() {
    finish(nil)
  }

  private func finish(_ error: SystemError?) {
    guard phase != .closed else { return }
    phase = .closed
    deadline?.cancel()
    deadline = nil
    if let registration { shard.deregister(registration) }
    registration = nil
    descriptor = nil
    place = nil
    queue.removeAll()
    let delegate = self.delegate
    self.delegate = nil
    delegate?.closed(error)
  }

  private func updateInterest() {
    guard phase != .closed, let registration else { return }
    var wanted: Readiness = []
    if !isReadingPaused, !hasPeerClosed { wanted.insert(.read) }
    if isBlocked { wanted.insert(.write) }
    guard wanted != interest else { return }
    interest = wanted
    do {
      try shard.update(registration, for: wanted)
    } catch {
      finish(error)
    }
  }
}

extension StreamConnection: ReadinessHandler {
  /// Reads or writes a bounded amount.
  public func ready(_ readiness: Readiness) {
    if readiness.contains(.write), isBlocked {
      isBlocked = false
      advance()
      updateInterest()
    }
    guard phase != .closed else { return }
    if !readiness.intersection([.read, .failed]).isEmpty {
      if interest.contains(.read) {
        read()
      } else if !readiness.intersection(.failed).isEmpty {
        // Reported in every turn until the descriptor is closed: nothing can follow.
        failFromSocket()
      }
    }
  }

  private func failFromSocket() {
    let code = descriptor?.takeError() ?? 0
    finish(code == 0 ? nil : SystemError(call: "recv", code: code))
  }

  private func read() {
    for _ in 0..<StreamConnection.readsPerEvent {
      guard phase != .closed, !isReadingPaused, !hasPeerClosed, let descriptor else { return }
      let room = unsafe shard.scratch
      let count = unsafe recv(descriptor.number, room.baseAddress, room.count, 0)
      if count > 0 {
        lastReadTime = shard.now
        if phase == .open {
          // The delegate borrows the scratch memory for the length of the call only.
          let bytes = unsafe Span<UInt8>(
            _unsafeBytes: UnsafeRawBufferPointer(rebasing: room[..<count]))
          delegate?.received(bytes)
        }
        let isDrained = count < room.count
        if isDrained { return }
      } else if count == 0 {
        sawPeerClose()
        return
      } else {
        let code = errno
        if code != EAGAIN, code != EINTR { finish(SystemError(call: "recv", code: code)) }
        return
      }
    }
  }

  private func sawPeerClose() {
    hasPeerClosed = true
    if phase == .lingering {
      finish(nil)
      return
    }
    updateInterest()
    if phase == .open { delegate?.peerClosed() }
  }
}

extension StreamConnection: TurnFinisher {
  /// Lets the delegate produce its output and hands the queue to the kernel.
  public func finishTurn() {
    isFinisherPending = false
    guard phase != .closed else { return }
    if phase == .open, !isCongested { delegate?.produceOutput() }
    if !isBlocked {
      advance()
      updateInterest()
    }
  }

  /// Writes until the queue is empty or the socket is full.
  private func advance() {
    let hadBytes = !queue.isEmpty
    var writes = 0
    while let descriptor {
      while !queue.isEmpty {
        guard writes < StreamConnection.writesPerTurn else {
          // The readiness of the next turn continues.
          isBlocked = true
          return
        }
        writes += 1
        switch queue.send(to: descriptor) {
        case .wrote: lastWriteTime = shard.now
        case .wouldBlock:
          isBlocked = true
          return
        case .failed(let error):
          finish(error)
          return
        }
        relieve()
      }
      // More may be waiting above: a full queue had stopped it.
      let before = queue.byteCount
      if phase == .open, hadBytes { delegate?.produceOutput() }
      if queue.byteCount == before { break }
    }
    guard phase != .closed else { return }
    if hadBytes, phase == .open { delegate?.drained() }
    if phase == .draining, queue.isEmpty { shutdownWriting() }
  }

  private func relieve() {
    if isCongested, queue.byteCount <= settings.lowWater { isCongested = false }
  }

  private func shutdownWriting() {
    guard let descriptor else { return }
    if hasPeerClosed || shutdown(descriptor.number, Int32(SHUT_WR)) != 0 {
      finish(nil)
    } else {
      phase = .lingering
      expectEnd(after: lingerTime)
    }
  }
}
