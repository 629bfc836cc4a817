/// What a message asks.
public struct DNSQuestion: Equatable, Sendable {
  /// Where the name is in the message.
  public let nameOffset: Int
  /// The records that are asked for.
  public let type: DNSRecordType
  /// The class; 1 is the Internet.
  public let classNumber: UInt16

  /// A question of these parts.
  public init(nameOffset: Int, type: DNSRecordType, classNumber: UInt16) {
    self.nameOffset = nameOffset
    self.type = type
    self.classNumber = classNumber
  }
}
