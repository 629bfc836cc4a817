internal import Bytes
internal import HTTP2

/// Feeds a session: the first byte chooses its side and the size of the parts.
@c(LLVMFuzzerTestOneInput)
public func fuzzHTTP2(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  guard count > 1 else { return 0 }
  // libFuzzer keeps the input alive and unchanged during the call.
  let input = unsafe UnsafeBufferPointer(start: start, count: count).span
  let isServer = input[0] & 1 == 0
  let step = max(Int(input[0] >> 1), 1)
  let peer = Peer(isServer: isServer)
  do throws(HTTP2Error) {
    if isServer {
      let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0".utf8)
      try peer.session?.receive(preface.span)
    } else {
      for _ in 0..<3 { try peer.submit() }
      try peer.pump()
    }
    var index = 1
    while index < count {
      let end = min(index + step, count)
      try peer.session?.receive(input.extracting(index..<end))
      try peer.pump()
      index = end
    }
  } catch {
    // The peer hears why.
    try? peer.pump()
  }
  peer.finish()
  return 0
}
