import Bytes
import Glibc
import Telemetry

import Testing

@testable import OTLP

/// An export request as Google's own library writes it; see `Fixtures/generate.py`.
struct RequestFixture: Sendable, CustomTestStringConvertible {
  let name: String
  let signal: Signal
  let wire: [UInt8]
  /// The JSON form as this project writes it.
  let json: String
  /// The JSON form as others may write it.
  let looseJSON: String

  var testDescription: String { name }

  static let all: [RequestFixture] = {
    let lines = text(of: "requests.txt").split(separator: "\n", omittingEmptySubsequences: false)
    return stride(from: 0, to: lines.count - 3, by: 4).compactMap { start in
      var wire = ByteBuffer()
      guard let signal = Signal(rawValue: String(lines[start])),
        wire.appendBytes(ofBase64: Array(lines[start + 1].utf8).span)
      else { return nil }
      return RequestFixture(
        name: "\(signal.rawValue) \(start / 4)", signal: signal, wire: wire.takeSlice().array,
        json: String(lines[start + 2]), looseJSON: String(lines[start + 3]))
    }
  }()

  private static func text(of name: String) -> String {
    let folder = String(#filePath).split(separator: "/").dropLast().joined(separator: "/")
    // The stream is opened, read and closed here alone.
    guard let file = unsafe fopen("/\(folder)/Fixtures/\(name)", "r") else { return "" }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = unsafe fread(&block, 1, block.count, file)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += block[..<count]
    }
  }
}
