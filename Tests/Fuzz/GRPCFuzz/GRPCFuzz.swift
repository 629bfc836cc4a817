internal import Bytes
internal import GRPC
internal import HTTPTypes

/// Feeds a message reader, or the readers of fields; the first byte chooses.
@c(LLVMFuzzerTestOneInput)
public func fuzzGRPC(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  guard count > 1 else { return 0 }
  // libFuzzer keeps the input alive and unchanged during the call.
  let input = unsafe UnsafeBufferPointer(start: start, count: count).span
  let bytes = input.extracting(1..<count)
  if input[0] & 1 == 0 {
    let step = Int(input[0] >> 1) + 1
    let whole = read(bytes, step: count)
    let parts = read(bytes, step: step)
    precondition(whole == parts, "parts of \(step) bytes read differently: \(whole) \(parts)")
  } else {
    readFields(String(copying: bytes))
  }
  return 0
}

private func read(_ bytes: Span<UInt8>, step: Int) -> Result<GRPCMessage, GRPCStatus> {
  var reader = GRPCMessageReader(limit: 4096)
  do throws(GRPCStatus) {
    var index = 0
    while index < bytes.count {
      let end = min(index + step, bytes.count)
      try reader.receive(bytes.extracting(index..<end))
      index = end
    }
    let message = try reader.finish()
    precondition(message.bytes.count + GRPCFraming.prefixByteCount == bytes.count)
    return .success(message)
  } catch {
    return .failure(error)
  }
}

/// Reads the text as every field that has a grammar of its own, and what was read once more.
private func readFields(_ text: String) {
  if let timeout = GRPCTimeout.parse(text) {
    let again = GRPCTimeout.parse(GRPCTimeout.format(timeout))
    precondition(again.map { $0 >= timeout } ?? false || timeout > .seconds(99_999_998 * 3600))
  }
  _ = GRPCContentType.isGRPC(text)
  let fields = HTTPFields([
    "grpc-status": "13", "grpc-message": text, "grpc-status-details-bin": text,
    "content-type": text, "grpc-encoding": text,
  ])
  let head = HTTPResponseHead(status: 200)
  let status = GRPCStatus(head: head, trailers: fields)
  guard status.message.count <= GRPCHeads.longestMessage else { return }
  precondition(GRPCStatus(head: head, trailers: GRPCHeads.trailers(status)) == status)
}
