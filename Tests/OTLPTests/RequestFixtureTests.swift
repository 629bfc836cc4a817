import Bytes
import Telemetry
import Testing

@testable import OTLP

@Suite struct RequestFixtureTests {
  @Test("there are requests of all signals")
  func fixturesExist() {
    #expect(Set(RequestFixture.all.map(\.signal)) == Set(Signal.allCases))
    #expect(RequestFixture.all.count == 32)
  }

  @Test("JSON becomes the bytes that Google's library writes", arguments: RequestFixture.all)
  func decode(fixture: RequestFixture) throws {
    #expect(try decoded(fixture.json, as: fixture.signal) == fixture.wire)
  }

  @Test(
    "white space, escapes, upper-case ids and 64-bit integers as numbers change nothing",
    arguments: RequestFixture.all)
  func decodeLoose(fixture: RequestFixture) throws {
    #expect(try decoded(fixture.looseJSON, as: fixture.signal) == fixture.wire)
  }

  @Test("bytes become the JSON that Google's library writes", arguments: RequestFixture.all)
  func encode(fixture: RequestFixture) throws {
    #expect(try encoded(fixture.wire, as: fixture.signal) == fixture.json)
  }

  @Test("a request in several slices is one object", arguments: RequestFixture.all)
  func encodeSlices(fixture: RequestFixture) throws {
    let slices = try encoded(fixture.wire, fixture.wire, as: fixture.signal)
    let joined = try encoded(fixture.wire + fixture.wire, as: fixture.signal)
    #expect(slices == joined)
    #expect(try decoded(slices, as: fixture.signal).count >= fixture.wire.count)
  }

  @Test("text cut at any byte is refused", arguments: RequestFixture.all.prefix(16))
  func truncatedJSON(fixture: RequestFixture) {
    let bytes = Array(fixture.json.utf8)
    for count in 0..<bytes.count {
      let error = #expect(throws: JSONError.self) {
        try decoded(Array(bytes[..<count]), as: fixture.signal)
      }
      #expect((error?.offset ?? 0) <= count)
    }
  }

  @Test("bytes cut anywhere give an error or a shorter request", arguments: RequestFixture.all)
  func truncatedWire(fixture: RequestFixture) throws {
    for count in 0..<fixture.wire.count {
      guard let text = try? encoded(Array(fixture.wire[..<count]), as: fixture.signal) else {
        continue
      }
      _ = try decoded(text, as: fixture.signal)
    }
  }
}
