internal import Bytes
internal import DNS

/// A name and a type that were asked for, made into text once.
final class KnownQuestion {
  /// Tells questions apart: 128 bits that nobody can foresee, and that two questions never share.
  struct Number: Equatable {
    var first: UInt64
    var second: UInt64
  }

  let number: Number
  /// The name, lower case.
  let name: String
  let type: DNSRecordType
  /// What a log record tells of the question, encoded.
  let attributes: ByteSlice
  /// Whether lookups of it are told one by one.
  let isTold: Bool

  init(
    _ number: Number, name: Span<UInt8>, type: DNSRecordType, attributes: ByteSlice, isTold: Bool
  ) {
    self.number = number
    self.name = String(copying: name)
    self.type = type
    self.attributes = attributes
    self.isTold = isTold
  }
}
