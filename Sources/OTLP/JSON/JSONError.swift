/// Why text is not the JSON form of an OTLP message, and where.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong with the text.
  public enum Reason: String, Sendable {
    /// The text ends within a value.
    case truncated = "the text ends within a value"
    /// The text begins with a byte order mark.
    case byteOrderMark = "a byte order mark is not allowed"
    /// Something stands behind the outermost object.
    case trailingBytes = "there is something behind the object"
    /// A byte cannot stand where it does.
    case unexpectedByte = "this character is not allowed here"
    /// A control character stands in a string without an escape.
    case controlCharacter = "a control character must be escaped"
    /// A backslash is followed by something that is no escape.
    case badEscape = "this is no escape sequence"
    /// An escape is half of a surrogate pair.
    case loneSurrogate = "half of a surrogate pair stands alone"
    /// Text is not UTF-8.
    case invalidUTF8 = "text is not valid UTF-8"
    /// A number does not follow the JSON grammar.
    case badNumber = "this is not a JSON number"
    /// A number is written with more characters than are read.
    case numberTooLong = "a number has more than 1024 characters"
    /// A message is wanted.
    case expectedObject = "expected an object"
    /// A repeated field is wanted.
    case expectedArray = "expected an array"
    /// Text is wanted.
    case expectedString = "expected a string"
    /// Text of hex digits is wanted.
    case expectedHex = "expected a string with an even number of hex digits"
    /// Text in base64 is wanted.
    case expectedBase64 = "expected a string in base64"
    /// An integer is wanted, as number or in a string.
    case expectedInteger = "expected an integer"
    /// An integer does not fit its field.
    case integerOutOfRange = "the integer does not fit the field"
    /// A floating point number is wanted.
    case expectedNumber = "expected a number, \"NaN\", \"Infinity\" or \"-Infinity\""
    /// A floating point number is too large for its field.
    case numberOutOfRange = "the number does not fit the field"
    /// A truth value is wanted.
    case expectedBool = "expected true or false"
    /// An enum's value is given by name.
    case enumName = "expected an integer, OTLP does not allow names of enum values"
    /// An element of an array is null.
    case nullElement = "null is not allowed in an array"
    /// Objects and arrays are nested deeper than is read.
    case nestedTooDeep = "values are nested too deeply"
    /// The message would be larger than the caller allows.
    case outputTooLarge = "the message is larger than the limit"
  }

  /// What is wrong.
  public let reason: Reason
  /// Where in the text, in bytes from 0.
  public let offset: Int
  /// The field, such as `resourceSpans[0].scopeSpans[2].name`; empty outside of all fields.
  public private(set) var path: String

  /// The error `reason` at `offset` in the field `path`.
  public init(_ reason: Reason, at offset: Int, path: String = "") {
    self.reason = reason
    self.offset = offset
    self.path = path
  }

  /// The path, the reason and the offset.
  public var description: String {
    (path.isEmpty ? "" : path + ": ") + "\(reason.rawValue) at offset \(offset)"
  }

  /// The same error seen from outside the field called `name`.
  func inside(_ name: String) -> JSONError {
    var outer = self
    let separator = path.isEmpty || path.utf8.first == UInt8(ascii: "[") ? "" : "."
    outer.path = name + separator + path
    return outer
  }

  /// The same error seen from outside the element at `index`.
  func inside(_ index: Int) -> JSONError {
    inside("[\(index)]")
  }
}
