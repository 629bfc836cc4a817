import Bytes
import Procfs
import TestSupport
import Testing

@Suite struct TextCursorTests {
  @Test("reads words and numbers of each line")
  func reads() {
    let text = Array("cpu  1 2\t3\nintr 18446744073709551615 x\n\nlast".utf8)
    var cursor = TextCursor(text.span)
    var word = String(copying: cursor.word())
    #expect(word == "cpu")
    var numbers: [UInt64?] = [cursor.number(), cursor.number(), cursor.number(), cursor.number()]
    #expect(numbers == [1, 2, 3, nil])
    var isThere = cursor.nextLine()
    #expect(isThere)
    cursor.skipWords(1)
    numbers = [cursor.number(), cursor.number()]
    #expect(numbers == [.max, nil])
    isThere = cursor.nextLine()
    #expect(isThere)
    word = String(copying: cursor.word())
    #expect(word.isEmpty)
    isThere = cursor.nextLine()
    #expect(isThere)
    word = String(copying: cursor.restOfLine())
    #expect(word == "last")
    isThere = cursor.nextLine()
    #expect(!isThere && cursor.isAtEnd)
  }

  @Test(
    "takes only what is a number that fits",
    arguments: [
      ("0", 0), ("42", 42), ("18446744073709551615", .max), ("18446744073709551616", nil),
      ("99999999999999999999", nil), ("", nil), ("-1", nil), ("1a", nil), ("+1", nil),
    ] as [(String, UInt64?)])
  func decimals(text: String, expected: UInt64?) {
    let bytes = Array(text.utf8)
    let value = bytes.span.decimal
    #expect(value == expected)
  }

  @Test(
    "takes only what is a decimal fraction",
    arguments: [
      ("0.00", 0), ("4.25", 4.25), ("17", 17), ("1.2.3", nil), ("", nil), ("nan", nil),
      ("1e5", nil), (String(repeating: "9", count: 40), nil),
    ] as [(String, Double?)])
  func fractions(text: String, expected: Double?) {
    let bytes = Array(text.utf8)
    let value = bytes.span.decimalFraction
    #expect(value == expected)
  }
}
