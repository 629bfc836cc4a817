/// What is wrong with a DNS message, and where.
public struct DNSError: Error, Equatable, Sendable {
  /// The kinds of faults.
  public enum Fault: Sendable {
    /// The message ends inside of something.
    case cutShort
    /// A name's label is of a kind that RFC 1035 reserves.
    case unknownLabel
    /// A name refers to a place that is not before itself, as it would in a loop, or refers more often than it can have labels.
    case unboundedReference
    /// A name is longer than 255 bytes.
    case nameTooLong
    /// A record's data do not fill the length that the record gives.
    case wrongDataLength
  }

  /// What is wrong.
  public let fault: Fault
  /// The offset from the start of the message.
  public let offset: Int

  init(_ fault: Fault, at offset: Int) {
    self.fault = fault
    self.offset = offset
  }
}
