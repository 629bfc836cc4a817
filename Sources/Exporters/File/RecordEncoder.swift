internal import Bytes
internal import Compression
internal import ExporterSupport
internal import OTLP
internal import Telemetry

/// Makes the records that are written to files.
///
/// Confined to the exporter's own queue.
struct RecordEncoder: ~Copyable {
  private let format: FileExporterConfig.Format
  private let compression: FileExporterConfig.Compression
  private var compressor = Compressor()

  init(_ config: FileExporterConfig) {
    format = config.format
    compression = config.compression
  }

  /// The record of one export request, with its line end or its length.
  mutating func encode(_ signal: Signal, _ payload: Payload) throws(DeliveryError) -> ByteSlice {
    switch (format, compression) {
    case (.json, .none):
      var line = try json(signal, payload)
      line.append(UInt8(ascii: "\n"))
      return line.takeSlice()
    case (.json, .zstd):
      var message = try json(signal, payload)
      return try framed(compressed([message.takeSlice()]))
    case (.proto, .none): return try framed(payload.pieces)
    case (.proto, .zstd): return try framed(compressed(payload.pieces))
    }
  }

  private func json(_ signal: Signal, _ payload: Payload) throws(DeliveryError) -> ByteBuffer {
    // A JSON form is about three times as long as its bytes.
    var buffer = ByteBuffer(minimumCapacity: 3 * payload.byteCount)
    do throws(WireError) {
      try JSONRequestEncoder.encode(payload, as: signal, into: &buffer)
    } catch {
      throw .permanent("not an OTLP request: \(error)")
    }
    return buffer
  }

  private mutating func compressed(_ slices: [ByteSlice]) throws(DeliveryError) -> [ByteSlice] {
    do throws(CompressionError) {
      return [try compressor.compress(slices, .zstd)]
    } catch {
      throw .permanent("zstd: \(error)")
    }
  }

  private func framed(_ slices: [ByteSlice]) throws(DeliveryError) -> ByteSlice {
    let count = slices.reduce(0) { $0 + $1.count }
    guard let length = UInt32(exactly: count) else {
      throw .permanent("a record of \(count) bytes has no length in four bytes")
    }
    var buffer = ByteBuffer(minimumCapacity: count + 4)
    for shift in [UInt32(24), 16, 8, 0] {
      buffer.append(UInt8(truncatingIfNeeded: length >> shift))
    }
    for slice in slices { buffer.append(slice) }
    return buffer.takeSlice()
  }
}
