internal import Bytes
internal import CLibbpf
internal import Glibc

/// A program that walks over what the kernel has, such as its tasks, and writes records of it.
public final class BPFIterator {
  private static let chunkByteCount = 64 * 1024
  private let link: BPFLink
  private let name: String

  init(_ link: consuming BPFLink, name: String) {
    self.link = link
    self.name = name
  }

  /// Runs the program over all there is; `body` gets each record.
  ///
  /// A record begins with a head whose bytes 2 and 3 hold the size of the whole. Output that ends
  /// within a record, or a record shorter than its head, ends the walk.
  ///
  /// - Returns: the number of records.
  @discardableResult
  public func forEach(_ body: (Span<UInt8>) -> Void) throws(BPFError) -> Int {
    let descriptor = bpf_iter_create(link.descriptor)
    guard descriptor >= 0 else { throw .last("start the iterator \(name)") }
    defer { close(descriptor) }
    var unread = ByteBuffer()
    var count = 0
    while try read(descriptor, into: &unread) > 0 {
      var offset = 0
      while let size = BPFIterator.recordSize(unread.span, at: offset), size >= 4,
        offset + size <= unread.count
      {
        body(unread.span.extracting(offset..<offset + size))
        offset += size
        count += 1
      }
      unread.removeFirst(offset)
    }
    return count
  }

  private static func recordSize(_ bytes: Span<UInt8>, at offset: Int) -> Int? {
    guard offset + 4 <= bytes.count else { return nil }
    return Int(bytes[offset + 2]) | Int(bytes[offset + 3]) << 8
  }

  private func read(_ descriptor: Int32, into buffer: inout ByteBuffer) throws(BPFError) -> Int {
    while true {
      var status = 0
      // The kernel writes no more bytes than there is room for.
      let count = unsafe buffer.append(maximum: BPFIterator.chunkByteCount) { room in
        status = unsafe Glibc.read(descriptor, room.baseAddress, room.count)
        return max(0, status)
      }
      if status >= 0 { return count }
      if errno == EINTR || errno == EAGAIN { continue }
      throw .last("read the iterator \(name)")
    }
  }
}
