internal import Bytes
internal import OTLP
internal import Telemetry

/// Reads the input as JSON and as protobuf; what is read must survive the way there and back.
///
/// The first byte chooses the signal and the form.
@c(LLVMFuzzerTestOneInput)
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  guard count > 0 else { return 0 }
  // libFuzzer keeps the input unchanged during the call.
  let input = unsafe UnsafeBufferPointer(start: start, count: count).span
  let signal = Signal.allCases[Int(input[0]) & 3]
  let bytes = input.extracting(1..<count)
  switch input[0] >> 2 & 3 {
  case 0: readJSON(bytes, signal)
  case 1: readWire(ByteSlice(copying: bytes), signal)
  case 2: readStatus(bytes, .json)
  default: readStatus(bytes, .protobuf)
  }
  return 0
}

private func readJSON(_ json: Span<UInt8>, _ signal: Signal) {
  var wire = ByteBuffer()
  guard (try? JSONRequestDecoder.decode(json, as: signal, into: &wire)) != nil else {
    precondition(wire.isEmpty, "an error leaves bytes behind")
    return
  }
  precondition(wire.count <= json.count * 5, "the message is larger than it may be")
  readWire(wire.takeSlice(), signal)
}

/// What the encoder writes, the decoder must read, to the same text.
private func readWire(_ wire: ByteSlice, _ signal: Signal) {
  var text = ByteBuffer()
  let payload = Payload(wire, itemCount: 1)
  guard (try? JSONRequestEncoder.encode(payload, as: signal, into: &text)) != nil else { return }
  var again = ByteBuffer()
  var textAgain = ByteBuffer()
  do {
    try JSONRequestDecoder.decode(text.span, as: signal, into: &again)
    let payload = Payload(again.takeSlice(), itemCount: 1)
    try JSONRequestEncoder.encode(payload, as: signal, into: &textAgain)
  } catch {
    preconditionFailure("what was written is not read: \(error)")
  }
  precondition(
    withoutEmptyArrays(text.span) == withoutEmptyArrays(textAgain.span),
    "the text changes on its way there and back")
}

/// The text without the brackets and the name of an empty array, which is nothing on the wire.
private func withoutEmptyArrays(_ text: Span<UInt8>) -> [UInt8] {
  let bytes = Array(copying: text)
  var result: [UInt8] = []
  for byte in bytes {
    result.append(byte)
    guard result.suffix(2) == Array("[]".utf8)[...] else { continue }
    // An empty array is a value, before which stand a colon and a name in quotation marks.
    result.removeLast(4)
    while result.removeLast() != UInt8(ascii: "\"") {}
  }
  return result.filter { $0 != UInt8(ascii: ",") }
}

private func readStatus(_ bytes: Span<UInt8>, _ encoding: OTLPEncoding) {
  _ = ExportResponse(bytes, for: .traces, as: encoding)
  guard let status = RPCStatus(bytes, as: encoding) else { return }
  var buffer = ByteBuffer()
  status.encode(as: encoding, into: &buffer)
  precondition(
    RPCStatus(buffer.span, as: encoding) == status, "a status changes on its way there and back")
}
