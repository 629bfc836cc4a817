import Bytes
import Telemetry
import Testing

@testable import Receivers

@Suite struct MetricBytesTests {
  private static let time = MetricDefinition("t", "s", .counter, "Seconds.")
  private static let count = MetricDefinition("c", "{x}", .upDownCounter, "Things.")
  private static let level = MetricDefinition("l", "1", .gauge, "A level.")

  /// The request below in hexadecimal digits, field by field in the order of their numbers but for points, whose attributes
  /// come first.
  private static let expected = """
    0aa1020a0012a5010a200a1973776966746c65742f686f73745f6d6574726963732f6370751203312e321280010a0174
    12085365636f6e64732e1a01733a6e0a3c3a0e0a0363707512070a0563707531323a0f0a05737461746512060a047573
    657211f4010000000000001907ca9a3b0000000021000000000000f83f0a2a3a0d0a0363707512060a046370753011f4
    010000000000001907ca9a3b0000000021000000000000d03f10021801124d0a230a1c73776966746c65742f686f7374
    5f6d6574726963732f706167696e671203312e3212260a016c120841206c6576656c2e1a01312a140a121907ca9a3b00
    00000021000000000000e03f1a2668747470733a2f2f6f70656e74656c656d657472792e696f2f736368656d61732f31
    2e392e300aab010a050a01611200127a0a240a1d73776966746c65742f686f73745f6d6574726963732f70726f636573
    731203312e3212520a016312075468696e67732e1a037b787d3a3f0a3b3a0e0a0776657273696f6e120318ac023a0e0a
    046e616d6512060a0461efbfbd11f4010000000000001907ca9a3b0000000031ffffffffffffff7f10021a2668747470
    733a2f2f6f70656e74656c656d657472792e696f2f736368656d61732f312e392e30
    """

  @Test("metrics of all kinds are these bytes; what has no points leaves nothing")
  func bytes() {
    var out = MetricsWriter(hostMetrics: "1.2")
    (out.time, out.startTime) = (1_000_000_007, 500)
    out.select(scope: "swiftlet/host_metrics/cpu")
    if out.open(Self.time) {
      out.attribute("cpu", "cpu", 12)
      out.attribute("state", "user")
      out.point(1.5)
      out.attribute("cpu", "cpu", 0)
      out.point(0.25)
      out.close()
    }
    if out.open(Self.level) { out.close() }
    if out.open(nil) { out.close() }
    out.select(scope: "swiftlet/host_metrics/disk")
    if out.open(Self.level) { out.close() }
    out.select(scope: "swiftlet/host_metrics/paging")
    if out.open(Self.level) {
      out.point(0.5)
      out.close()
    }
    let attributes: [UInt8] = [10, 1, 97, 18, 0]
    out.select(resource: attributes.span, scope: "swiftlet/host_metrics/process")
    if out.open(Self.count) {
      out.attribute("version", number: 300)
      let bad: [UInt8] = [0x61, 0xFF]
      out.attribute("name", bad.span)
      out.point(UInt64.max)
      out.close()
    }
    let payload = out.takePayload()
    #expect(payload.itemCount == 4)
    let digits = payload.joined().array.map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
    #expect(digits == Self.expected.split(separator: "\n").joined())
  }
}
