import Bytes
import Telemetry
import Testing

@Suite struct LogsWriterTests {
  private func lines(_ write: (inout LogsWriter) -> Void) throws -> [String] {
    var writer = LogsWriter(version: "1.2")
    write(&writer)
    let payload = writer.takePayload()
    let request = try RequestValidator.validate(payload.joined(), signal: .logs)
    #expect(request.itemCount == payload.itemCount)
    #expect(request.rejected.isEmpty)
    return RequestText.of(payload.joined(), signal: .logs)
  }

  private func resource(_ name: StaticString) -> ByteSlice {
    var buffer = ByteBuffer()
    buffer.appendAttribute("service.name", name, as: 1)
    return buffer.takeSlice()
  }

  @Test("a record has what it was given")
  func record() throws {
    let lines = try lines { writer in
      writer.select(resource: resource("shop").span, scope: "scope")
      writer.open(event: "a.b", time: 5, observed: 6, severity: .warn)
      writer.body("text".utf8Span.span)
      writer.attribute("text", "caf\u{e9}".utf8Span.span)
      writer.attribute("bad", [0x61, 0xFF].span)
      writer.attribute("constant", "c")
      writer.attribute("number", Int64(-1))
      writer.attribute("truth", true)
      writer.attribute("fraction", 0.5)
      writer.array("list") { list in
        list.appendElement("x".utf8Span.span)
        list.appendElement(7)
      }
      writer.close()
    }
    #expect(lines.count == 3)
    for part in ["shop", "scope,1.2", "a.b", "WARN", "text", "caf", "constant", "fraction"] {
      #expect(lines.joined().contains(part), "\(part) in \(lines)")
    }
  }

  @Test("heads that were encoded beforehand make the same bytes")
  func encodedBeforehand() throws {
    var writer = LogsWriter(version: "1.2")
    writer.select(scope: "scope")
    writer.open(event: "a.b", time: 5, observed: 6, severity: .warn)
    writer.attribute("number", Int64(-1))
    writer.close()
    let expected = writer.takePayload().joined()
    let head = RecordHead(event: "a.b", severity: .warn)
    for _ in 0..<2 {
      writer.select(scope: "scope")
      writer.open(head, time: 5, observed: 6)
      writer.attribute("number", Int64(-1))
      writer.close()
      #expect(writer.takePayload().joined() == expected)
    }
  }

  @Test("records of one resource and scope are written together")
  func groups() throws {
    let lines = try lines { writer in
      for (name, scope) in [("a", 0), ("a", 0), ("a", 1), ("b", 1), ("a", 0)] {
        let resource = resource(name == "a" ? "a" : "b")
        writer.select(resource: resource.span, scope: scope == 0 ? "first" : "second")
        writer.open(event: "e", time: 1, observed: 1)
        writer.close()
      }
    }
    #expect(
      lines.map { $0.prefix { $0 != "|" } } == [
        "resource", "scope", "log", "log", "scope", "log", "resource", "scope", "log", "resource",
        "scope", "log",
      ])
  }

  @Test("a scope without records leaves nothing behind")
  func empty() throws {
    #expect(try lines { $0.select(scope: "first") } == [])
    let lines = try lines { writer in
      writer.select(scope: "first")
      writer.select(scope: "second")
      writer.open(event: "e", time: 1, observed: 1)
      writer.close()
    }
    #expect(lines.count == 3)
  }

  @Test("lengths of any size are right", arguments: [0, 1, 127, 128, 900, 1100, 20_000, 3_000_000])
  func lengths(count: Int) throws {
    let text = [UInt8](repeating: 0x61, count: count)
    let lines = try lines { writer in
      writer.select(scope: "s")
      for _ in 0..<2 {
        writer.open(event: "e", time: 1, observed: 1)
        writer.attribute("k", text.span)
        writer.close()
      }
    }
    #expect(lines.count == 4)
  }

  @Test("attributes encoded for another field are taken over")
  func reuses() throws {
    let lines = try lines { writer in
      writer.select(scope: "s")
      writer.open(event: "e", time: 1, observed: 1)
      writer.attributes(resource("shop").span, from: 1)
      writer.close()
    }
    #expect(lines[2].contains("service.name"))
    #expect(lines[2].contains("shop"))
  }

  @Test("a writer begins anew when its payload was taken")
  func again() throws {
    var writer = LogsWriter(version: "1")
    for round in 1...3 {
      writer.select(scope: "s")
      for _ in 0..<round {
        writer.open(event: "e", time: 1, observed: 1)
        writer.close()
      }
      let payload = writer.takePayload()
      #expect(payload.itemCount == round)
      #expect(RequestText.of(payload.joined(), signal: .logs).count == 2 + round)
      let left = (writer.recordCount, writer.byteCount)
      #expect(left == (0, 0))
    }
  }
}
