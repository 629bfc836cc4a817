import Bytes
import Glibc
import Telemetry

/// A random request that Python's protobuf wrote, and what it reads in it.
///
/// Made by Tests/Protos/generate_fixtures.py.
struct Fixture {
  let signal: Signal
  let bytes: ByteSlice
  /// The request as `RequestText` writes it.
  let text: String
  let itemCount: Int

  /// All requests of all signals.
  static let all: [Fixture] = Signal.allCases.flatMap(load)

  /// The requests of `signal`.
  static func all(_ signal: Signal) -> [Fixture] { all.filter { $0.signal == signal } }

  private static func load(_ signal: Signal) -> [Fixture] {
    let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    let requests = contents("/\(folder)/Fixtures/\(signal).requests")
    let expected = String(
      decoding: contents("/\(folder)/Fixtures/\(signal).expected"), as: UTF8.self)
    var result: [Fixture] = []
    var offset = 0
    for text in expected.split(separator: "=\u{1}").filter({ !$0.isEmpty }) {
      let length = (0..<4).reduce(0) { $0 | Int(requests[offset + $1]) << (8 * $1) }
      let bytes = Array(requests[offset + 4..<offset + 4 + length])
      offset += 4 + length
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      result.append(
        Fixture(
          signal: signal, bytes: ByteSlice(bytes),
          text: lines.dropFirst().filter { !$0.isEmpty }.joined(separator: "\n"),
          itemCount: Int(lines[0]) ?? -1))
    }
    precondition(offset == requests.count, "the fixtures of \(signal) do not match")
    return result
  }

  static func contents(_ path: String) -> [UInt8] {
    guard let file = unsafe fopen(path, "rb") else { fatalError("cannot open \(path)") }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = unsafe fgetc(file), byte != EOF { bytes.append(UInt8(byte)) }
    return bytes
  }
}
