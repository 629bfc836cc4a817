import Bytes
import Telemetry

@testable import OTLP

/// The wire bytes that `text` gives.
func decoded(_ text: String, as signal: Signal = .traces) throws(JSONError) -> [UInt8] {
  try decoded(Array(text.utf8), as: signal)
}

/// The wire bytes that `bytes` give.
func decoded(_ bytes: [UInt8], as signal: Signal = .traces) throws(JSONError) -> [UInt8] {
  var buffer = ByteBuffer()
  try JSONRequestDecoder.decode(bytes.span, as: signal, into: &buffer)
  return buffer.takeSlice().array
}

/// The JSON text that the slices give.
func encoded(_ slices: [UInt8]..., as signal: Signal = .traces) throws(WireError) -> String {
  var payload = Payload.empty
  for slice in slices { payload.append(Payload(ByteSlice(slice), itemCount: 1)) }
  var buffer = ByteBuffer()
  try JSONRequestEncoder.encode(payload, as: signal, into: &buffer)
  return buffer.takeSlice().text
}

/// The text that comes of `text` when it is decoded and encoded again.
func normalised(_ text: String, as signal: Signal = .traces) throws -> String {
  try encoded(decoded(text, as: signal), as: signal)
}
