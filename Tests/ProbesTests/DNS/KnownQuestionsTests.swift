import DNS
import Telemetry
import Testing

@testable import Probes

@Suite struct KnownQuestionsTests {
  private static func hold(
    _ name: String, _ questions: inout KnownQuestions, _ numbers: inout QuestionNumbers
  ) throws -> Int {
    let message = DNSRecordBytes.message(flags: 0, name, 1)
    let asked = try DNSMessageView(message.span).question
    let question = try #require(asked)
    let number = try numbers.number(message.span, question)
    return try questions.hold(number, message.span, question)
  }

  @Test(arguments: ["a", "ab.example", "abcdefg", "abcdefgh.ijklmno", ".", "host-17.example.test"])
  func `a name has one number, in whatever case and wherever it lies`(name: String) throws {
    var numbers = QuestionNumbers()
    var found: [QuestionNumber] = []
    for name in [name, name.uppercased()] {
      let plain = DNSRecordBytes.message(flags: 0, name, 1)
      let asked = try DNSMessageView(plain.span).question
      let question = try #require(asked)
      found.append(try numbers.number(plain.span, question))
      // Behind it, where a reference leads to it, and where the name is the last of the message.
      let behind = plain + [0xC0, 12]
      let reference = DNSQuestion(nameOffset: plain.count, type: .a, classNumber: 1)
      found.append(try numbers.number(behind.span, reference))
      let cut = Array(plain.dropLast(4))
      found.append(try numbers.number(cut.span, question))
    }
    #expect(found.allSatisfy { $0 == found[0] })
    let other = DNSRecordBytes.message(flags: 0, name, 28)
    let asked = try DNSMessageView(other.span).question
    #expect(try numbers.number(other.span, try #require(asked)) != found[0])
    for number in ["x" + name, name + "x"] where name != "." {
      let other = DNSRecordBytes.message(flags: 0, number, 1)
      let asked = try DNSMessageView(other.span).question
      #expect(try numbers.number(other.span, try #require(asked)) != found[0])
    }
  }

  @Test func `a question that is held keeps its place whatever comes`() throws {
    var questions = KnownQuestions(DNSConfig(), wantsNames: true, capacity: 4)
    var numbers = QuestionNumbers()
    let kept = try KnownQuestionsTests.hold("kept.example", &questions, &numbers)
    for number in 0..<1000 {
      let place = try KnownQuestionsTests.hold("other-\(number).example", &questions, &numbers)
      #expect(place != kept)
      questions.letGo(of: place)
      #expect(questions.count <= 5)
    }
    #expect(questions.name(at: kept) == "kept.example")
    #expect(try KnownQuestionsTests.hold("KEPT.example", &questions, &numbers) == kept)
  }

  @Test func `what is held beyond the room is forgotten when it is let go`() throws {
    var questions = KnownQuestions(DNSConfig(), wantsNames: false, capacity: 4)
    var numbers = QuestionNumbers()
    var places: [Int] = []
    for number in 0..<100 {
      places.append(try KnownQuestionsTests.hold("n\(number).example", &questions, &numbers))
    }
    #expect(Set(places).count == 100)
    for place in places { questions.letGo(of: place) }
    #expect(questions.count == 4)
  }

  @Test(arguments: [false, true])
  func `long names are counted and do not stay`(wantsNames: Bool) throws {
    var questions = KnownQuestions(DNSConfig(), wantsNames: wantsNames)
    var numbers = QuestionNumbers()
    let label = String(repeating: "x", count: 60)
    let place = try KnownQuestionsTests.hold("\(label).\(label).\(label)", &questions, &numbers)
    #expect(questions.byteCount(at: place) > 180)
    let nameByteCount = questions.name(at: place).utf8.count
    #expect(nameByteCount == (wantsNames ? 182 : 0))
    #expect(questions.longByteCount == questions.byteCount(at: place) + nameByteCount)
    questions.letGo(of: place)
    #expect(questions.longByteCount == 0)
    #expect(questions.count == 0)
  }
}
