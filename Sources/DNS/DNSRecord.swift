/// One record of a message: its place and what it says of itself.
public struct DNSRecord: Equatable, Sendable {
  /// The part of a message that a record is in.
  public enum Section: Sendable {
    /// It answers the question.
    case answer
    /// It names a server with authority.
    case authority
    /// It tells what may be of use.
    case additional
  }

  /// The part of the message that the record is in.
  public let section: Section
  /// Where the name is in the message.
  public let nameOffset: Int
  /// What the record holds.
  public let type: DNSRecordType
  /// The class; in OPT the size of the largest answer.
  public let classNumber: UInt16
  /// How long the record holds, in seconds; in OPT further flags.
  public let timeToLive: UInt32
  /// Where the data are in the message.
  public let data: Range<Int>
}
