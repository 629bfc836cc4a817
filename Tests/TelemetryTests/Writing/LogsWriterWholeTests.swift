import Bytes
import Telemetry
import Testing

@Suite struct LogsWriterWholeTests {
  @Test(arguments: [0, 1, 60, 90, 100, 16_300, 16_400, 100_000])
  func `a record whose size is known has the same bytes`(count: Int) throws {
    var attributes = ByteBuffer()
    if count > 0 {
      let text = [UInt8](repeating: UInt8(ascii: "x"), count: count)
      attributes.appendAttribute("key", text.span, as: LogsWriter.attributesField)
    }
    var plain = LogsWriter(version: "1")
    var whole = LogsWriter(version: "1")
    for (number, severity) in [LogSeverity.info, .warn, .error, .info].enumerated() {
      let time = 1_700_000_000_000_000_000 + UInt64(number)
      plain.select(scope: "scope")
      plain.open(event: "some.event", time: time, observed: time + 1, severity: severity)
      plain.attributes(attributes.span)
      plain.close()
      whole.select(scope: "scope")
      let head = RecordHead(event: "some.event", severity: severity)
      whole.closeWhole(whole.openWhole(head, time: 3, observed: 4, byteCount: 0))
      _ = whole.takePayload()
      whole.select(scope: "scope")
      let end = whole.openWhole(
        head, time: time, observed: time + 1, byteCount: attributes.count)
      whole.attributes(attributes.span)
      whole.closeWhole(end)
      #expect(whole.recordCount == plain.recordCount)
      #expect(whole.takePayload().joined() == plain.takePayload().joined())
    }
  }
}
