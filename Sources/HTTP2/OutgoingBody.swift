internal import Bytes
internal import HTTPTypes

/// A body that is being sent, slice by slice as the windows allow.
struct OutgoingBody {
  private var slices: [ByteSlice]
  private var index = 0
  private var offset = 0

  /// The number of bytes not handed over yet.
  private(set) var remaining: Int

  /// What follows the body.
  let trailers: HTTPFields?

  init(_ slices: [ByteSlice], trailers: HTTPFields?) {
    self.slices = slices
    self.trailers = trailers
    remaining = slices.reduce(0) { $0 + $1.count }
  }

  /// Moves the next `count` bytes behind `output`, sharing their memory.
  mutating func take(_ count: Int, into output: inout [ByteSlice]) {
    var wanted = min(count, remaining)
    remaining -= wanted
    while wanted > 0 {
      let slice = slices[index]
      let part = min(wanted, slice.count - offset)
      if part == slice.count {
        output.append(slice)
      } else if part > 0 {
        output.append(slice[offset..<offset + part])
      }
      wanted -= part
      offset += part
      if offset == slice.count {
        // Memory goes back as soon as the socket has taken the bytes.
        slices[index] = .empty
        index += 1
        offset = 0
      }
    }
  }
}
