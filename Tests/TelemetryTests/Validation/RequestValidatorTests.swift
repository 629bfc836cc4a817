import Bytes
import Telemetry
import TestSupport
import Testing

@Suite struct RequestValidatorTests {
  typealias Build = RequestBuilder

  static func error(_ bytes: [UInt8], _ signal: Signal = .traces) -> String? {
    do throws(RequestError) {
      _ = try RequestValidator.validate(ByteSlice(bytes), signal: signal)
      return nil
    } catch {
      return error.description
    }
  }

  @Test("what Python's protobuf wrote is valid and counted", arguments: Signal.allCases)
  func oracle(signal: Signal) throws {
    for fixture in Fixture.all(signal) {
      let request = try RequestValidator.validate(fixture.bytes, signal: signal)
      #expect(request.itemCount == fixture.itemCount)
      #expect(request.rejected.isEmpty)
      #expect(request.payload.joined() == fixture.bytes)
      #expect(PayloadCounter.countItems(fixture.bytes, signal: signal) == fixture.itemCount)
    }
  }

  @Test("an empty request is valid and has no items", arguments: Signal.allCases)
  func empty(signal: Signal) throws {
    let request = try RequestValidator.validate(.empty, signal: signal)
    #expect(request.itemCount == 0)
    #expect(request.payload.slices.isEmpty)
  }

  @Test("an error names the field and the offset")
  func paths() {
    let bytes = Build.request(items: [Build.span()])
    #expect(Self.error([0x0A]) == "resource_spans: the bytes end within a value at offset 1")
    #expect(
      Self.error(Build.field(1, [0x12, 2, 0x12, 5]))
        == "resource_spans.scope_spans.spans: the bytes end within a value at offset 5")
    #expect(Self.error(Build.field(1, [0x18, 1]))?.contains("wrong wire type at offset 2") == true)
    #expect(
      Self.error([0x0A, 0x02, 0x18, 0x01])
        == "resource_spans.schema_url: a field has the wrong wire type at offset 2")
    #expect(
      Self.error(bytes + [0x1B])
        == "request: a wire type is not used by OTLP at offset \(bytes.count)")
    #expect(Self.error([0x00, 0x00]) == "request: a field number is out of range at offset 0")
    #expect(
      Self.error([UInt8](repeating: 0xFF, count: 11))
        == "request: a varint is longer than 64 bits at offset 0")
    #expect(Self.error([0x80]) == "request: the bytes end within a value at offset 0")
  }

  @Test("text of a resource or scope that is not UTF-8 refuses the request")
  func envelopeText() {
    let attribute = Build.field(1, Build.field(1, [0x61, 0xFF]))
    #expect(
      Self.error(Build.request(items: [Build.span()], resource: attribute))
        == "resource_spans.resource.attributes.key: text is not valid UTF-8 at offset 9")
    #expect(
      Self.error(Build.request(items: [Build.span()], scope: Build.field(1, [0xC0, 0x80])))?
        .hasPrefix("resource_spans.scope_spans.scope.name: text is not valid UTF-8") == true)
  }

  static let texts: [([UInt8], Bool)] = [
    ([], true), ([0x61], true), ([0xC3, 0xBC], true), ([0xE2, 0x82, 0xAC], true),
    ([0xF0, 0x9F, 0x90, 0xA6], true), ([0xF4, 0x8F, 0xBF, 0xBF], true), ([0xEF, 0xBF, 0xBF], true),
    ([0x80], false), ([0xC3], false), ([0xC0, 0x80], false), ([0xC1, 0xBF], false),
    ([0xE0, 0x80, 0x80], false), ([0xE2, 0x82], false), ([0xED, 0xA0, 0x80], false),
    ([0xF0, 0x80, 0x80, 0x80], false), ([0xF4, 0x90, 0x80, 0x80], false),
    ([0xF5, 0x80, 0x80, 0x80], false), ([0xFF], false), ([0xE2, 0x28, 0xA1], false),
    ([0xF0, 0x9F, 0x90], false), ([0xF0, 0x9F, 0x28, 0xA6], false),
  ]

  @Test("UTF-8 is told from other bytes wherever it stands", arguments: texts)
  func utf8(text: [UInt8], isValid: Bool) throws {
    for before in 0..<20 {
      for after in [0, 1, 3, 9] {
        let name =
          [UInt8](repeating: 0x61, count: before) + text + [UInt8](repeating: 0x62, count: after)
        let bytes = Build.request(items: [Build.span(name: name)])
        let request = try RequestValidator.validate(ByteSlice(bytes), signal: .traces)
        #expect(request.rejected.map(\.reason) == (isValid ? [] : [.invalidUTF8]))
        #expect(String(validating: name, as: UTF8.self) != nil || !isValid)
      }
    }
  }

  @Test("values nested a hundred deep are read, deeper ones are refused")
  func depth() {
    func request(_ levels: Int) -> [UInt8] {
      // The request, its resource and the resource's attributes are three messages above the value.
      var value: [UInt8] = []
      for _ in 0..<levels { value = Build.field(5, Build.field(1, value)) }
      let attribute = Build.field(1, Build.field(1, [0x6B]) + Build.field(2, value))
      return Build.request(items: [], resource: attribute)
    }
    #expect(Self.error(request(47)) == nil)
    #expect(Self.error(request(48))?.contains("messages are nested too deeply") == true)
    #expect(Self.error(request(5000))?.contains("messages are nested too deeply") == true)
  }

  @Test("fields without a schema are kept")
  func unknownFields() throws {
    let more: [UInt8] =
      [0xF8, 0x3F, 5] + Build.field(900, [0xFF]) + [0xF9, 0x3F, 1, 2, 3, 4, 5, 6, 7, 8]
    let bytes = Build.request(items: [Build.span(more: more)], resource: more) + more
    let request = try RequestValidator.validate(ByteSlice(bytes), signal: .traces)
    #expect(request.itemCount == 1)
    #expect(request.rejected.isEmpty)
    #expect(request.payload.joined().array == bytes)
  }

  @Test("repeated numbers may come unpacked")
  func unpacked() throws {
    let number: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0]
    let point = [0x31] + number + [0x31] + number + [0x39] + number
    let bytes = Build.metrics(kind: 9, points: [point])
    let request = try RequestValidator.validate(ByteSlice(bytes), signal: .metrics)
    #expect(request.itemCount == 1)
    #expect(request.rejected.isEmpty)
  }

  @Test(
    "a request cut at any byte is refused or valid, never read past its end",
    arguments: Signal.allCases)
  func truncation(signal: Signal) {
    for fixture in Fixture.all(signal).prefix(6) {
      let bytes = fixture.bytes
      for count in 0..<bytes.count {
        // A copy of its own, so that a sanitizer sees every byte read behind it.
        let cut = ByteSlice(copying: bytes[0..<count].span)
        if let request = try? RequestValidator.validate(cut, signal: signal) {
          #expect(request.itemCount <= fixture.itemCount)
        }
      }
    }
  }

  @Test(
    "mutated requests are refused, or can be counted, split and mended", arguments: Signal.allCases)
  func mutations(signal: Signal) throws {
    var random = SeededRandom(seed: 3)
    var validCount = 0
    let fixtures = Fixture.all(signal).filter { $0.bytes.count < 4000 }
    for index in 0..<2500 {
      let bytes = ByteSlice(random.mutation(of: fixtures[index % fixtures.count].bytes.array))
      guard let request = try? RequestValidator.validate(bytes, signal: signal) else { continue }
      validCount += 1
      #expect(PayloadCounter.countItems(bytes, signal: signal) == request.itemCount)
      let payload = request.payload
      let mended = try RequestValidator.validate(payload.joined(), signal: signal)
      #expect(mended.rejected.isEmpty)
      #expect(mended.itemCount == payload.itemCount)
      guard payload.itemCount > 1 else { continue }
      let parts = payload.split(afterItems: payload.itemCount / 2, signal: signal)
      let head = try RequestValidator.validate(parts.head.joined(), signal: signal)
      let rest = try RequestValidator.validate(parts.rest.joined(), signal: signal)
      #expect(head.itemCount + rest.itemCount == payload.itemCount)
    }
    #expect(validCount > 100)
  }
}
