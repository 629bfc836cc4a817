internal import Bytes
internal import Compression

/// Decompresses the input within a limit; what was read must come back after compressing it.
///
/// The first byte chooses the codec.
@c(LLVMFuzzerTestOneInput)
public func fuzzCompression(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  guard count > 0 else { return 0 }
  // libFuzzer keeps the input unchanged during the call.
  let input = unsafe UnsafeBufferPointer(start: start, count: count).span
  let codecs = CompressionCodec.allCases
  let codec = codecs[Int(input[0]) % codecs.count]
  let limit = 1 << 18
  var decompressor = Decompressor()
  guard
    let message = try? decompressor.decompress(
      input.extracting(1..<count), codec, limit: limit)
  else { return 0 }
  precondition(message.count <= limit, "\(codec) wrote beyond its limit")
  var compressor = Compressor()
  let half = message.count / 2
  do {
    let again = try compressor.compress(
      [message[0..<half], message[half..<message.count]], codec, level: nil)
    let back = try decompressor.decompress(again.span, codec, limit: message.count)
    precondition(back == message, "\(codec) does not come back")
  } catch {
    preconditionFailure("\(codec) does not come back: \(error)")
  }
  return 0
}
