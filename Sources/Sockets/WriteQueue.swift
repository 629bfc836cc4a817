internal import Bytes
internal import Glibc
internal import Queues

/// The bytes that wait to be written to a socket, in slices.
struct WriteQueue: ~Copyable {
  /// How far one attempt got.
  enum Progress {
    case wrote(Int)
    case wouldBlock
    case failed(SystemError)
  }

  private static let slicesPerCall = 64
  private var slices: [ByteSlice] = []
  private var head = 0
  /// Bytes of the first slice that are written already.
  private var headOffset = 0
  /// Small pieces that were copied, behind the last slice.
  private var tail = ByteBuffer()
  private(set) var byteCount = 0

  init() {}

  var isEmpty: Bool { byteCount == 0 }

  mutating func append(_ slice: ByteSlice) {
    guard !slice.isEmpty else { return }
    sealTail()
    slices.append(slice)
    byteCount += slice.count
  }

  mutating func append(copying bytes: Span<UInt8>) {
    tail.append(bytes)
    byteCount += bytes.count
  }

  mutating func removeAll() {
    self = WriteQueue()
  }

  private mutating func sealTail() {
    if !tail.isEmpty { slices.append(tail.takeSlice()) }
  }

  /// Hands the first slices to the kernel in one call.
  mutating func send(to descriptor: SocketDescriptor) -> Progress {
    sealTail()
    let count = min(slices.count - head, WriteQueue.slicesPerCall)
    let result = unsafe withUnsafeTemporaryAllocation(of: iovec.self, capacity: count) { vectors in
      for index in 0..<count {
        let slice = slices[head + index]
        let skipped = index == 0 ? headOffset : 0
        // sendmsg only reads through the pointer; the queue keeps the slice meanwhile.
        unsafe vectors[index] = iovec(
          iov_base: UnsafeMutableRawPointer(
            mutating: slice.baseAddress.unsafelyUnwrapped + skipped),
          iov_len: slice.count - skipped)
      }
      var message = unsafe msghdr()
      unsafe message.msg_iov = vectors.baseAddress
      unsafe message.msg_iovlen = count
      return unsafe sendmsg(descriptor.number, &message, Int32(MSG_NOSIGNAL))
    }
    guard result >= 0 else {
      switch errno {
      case EAGAIN, EWOULDBLOCK: return .wouldBlock
      case EINTR: return .wrote(0)
      default: return .failed(.last("sendmsg"))
      }
    }
    consume(result)
    return .wrote(result)
  }

  private mutating func consume(_ written: Int) {
    byteCount -= written
    var left = written + headOffset
    while head < slices.count, left >= slices[head].count {
      left -= slices[head].count
      // The memory is wanted back before the whole queue has gone out.
      slices[head] = .empty
      head += 1
    }
    headOffset = left
    if head == slices.count {
      slices.removeAll(keepingCapacity: slices.capacity <= 256)
      head = 0
    } else if head > 256 {
      slices.removeFirst(head)
      head = 0
    }
  }
}
