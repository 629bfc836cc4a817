public import Bytes
public import Queues

/// A connection's two directions of bytes, as the protocols above see them.
///
/// This is the seam for encryption: what turns bytes into other bytes takes the place of the
/// connection towards the protocol, and of the protocol towards the connection.
/// Confined to the shard.
public protocol ByteStream: AnyObject {
  /// The shard on which everything about the stream happens.
  var shard: Shard { get }
  /// The peer and what is known of it.
  var peer: SocketPeer { get }
  /// The receiver of what happens; the stream keeps it until it is closed.
  var delegate: (any ByteStreamDelegate)? { get set }
  /// The bytes that wait to be written.
  var queuedByteCount: Int { get }
  /// Whether more than the high-water mark waits to be written, until it falls to the low one.
  var isCongested: Bool { get }
  /// Whether the stream has ended for good.
  var isClosed: Bool { get }
  /// When bytes last came in, on the shard's clock.
  var lastReadTime: MonotonicTime { get }
  /// When bytes last went out or began to wait, on the shard's clock.
  var lastWriteTime: MonotonicTime { get }

  /// Queues `slice` without copying it; written at the end of the shard's turn.
  func write(_ slice: ByteSlice)
  /// Queues a copy of `bytes`; written at the end of the shard's turn.
  func write(copying bytes: Span<UInt8>)
  /// Asks for the delegate's `produceOutput` at the end of the shard's turn.
  func wantOutput()
  /// Stops taking bytes, so that the peer feels it.
  func pauseReading()
  /// Takes bytes again.
  func resumeReading()
  /// Writes what is queued, tells the peer that no more comes, and closes when it has closed too,
  /// or when it has done nothing for `linger`; what still comes in is thrown away.
  func close(linger: Duration)
  /// Closes at once; what is queued is lost.
  func abort()
}

/// What a stream tells the protocol above it; all calls come on the shard.
public protocol ByteStreamDelegate: AnyObject {
  /// Bytes came in; they are gone when the call returns.
  func received(_ bytes: Span<UInt8>)
  /// The peer sends no more; it may still read.
  func peerClosed()
  /// The stream can take bytes: write what there is, up to `isCongested`.
  func produceOutput()
  /// The last byte of the queue went out.
  func drained()
  /// The stream has ended, by the error or by a close of this side; the last call.
  func closed(_ error: SystemError?)
}
