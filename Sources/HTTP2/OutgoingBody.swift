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
      advance(part, of: slice.count)
    }
  }

  /// Moves the next `count` bytes behind those of `buffer`, as a copy.
  mutating func take(_ count: Int, into buffer: inout ByteBuffer) {
    var wanted = min(count, remaining)
    remaining -= wanted
    while wanted > 0 {
      let slice = slices[index]
      let part = min(wanted, slice.count - offset)
      buffer.append(slice.span.extracting(offset..<offset + part))
      wanted -= part
      advance(part, of: slice.count)
    }
  }

  private mutating func advance(_ part: Int, of sliceCount: Int) {
    offset += part
    guard offset == sliceCount else { return }
    offset = 0
    index += 1
    // Memory goes back as soon as the socket has taken the bytes. The last slice takes the array
    // with it, which may be shared and would be copied to be changed.
    if index == slices.count {
      slices = []
      index = 0
    } else {
      slices[index - 1] = .empty
    }
  }
}
