/// How a question was answered, by its number in the IANA registry.
public struct DNSResponseCode: RawRepresentable, Hashable, Sendable {
  /// The number: four bits of the header, and eight more where the answer is extended.
  public let rawValue: UInt16

  /// The code with this number.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The question was answered.
  public static let noError = DNSResponseCode(rawValue: 0)
  /// There is no such name.
  public static let noSuchName = DNSResponseCode(rawValue: 3)

  /// The name in the registry; nil for a number that is not in this table.
  public var name: StaticString? {
    switch rawValue {
    case 0: "NOERROR"
    case 1: "FORMERR"
    case 2: "SERVFAIL"
    case 3: "NXDOMAIN"
    case 4: "NOTIMP"
    case 5: "REFUSED"
    case 6: "YXDOMAIN"
    case 7: "YXRRSET"
    case 8: "NXRRSET"
    case 9: "NOTAUTH"
    case 10: "NOTZONE"
    case 11: "DSOTYPENI"
    case 16: "BADVERS"
    case 23: "BADCOOKIE"
    default: nil
    }
  }
}

extension DNSResponseCode: CustomStringConvertible {
  /// The name, or `RCODE` and the number.
  public var description: String {
    if let name { return "\(name)" }
    return "RCODE\(rawValue)"
  }
}
