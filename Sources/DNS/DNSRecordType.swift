/// What a question asks for or a record holds, by its number in the IANA registry.
public struct DNSRecordType: RawRepresentable, Hashable, Sendable {
  /// The number.
  public let rawValue: UInt16

  /// The type with this number.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// An IPv4 address.
  public static let a = DNSRecordType(rawValue: 1)
  /// A server with authority.
  public static let ns = DNSRecordType(rawValue: 2)
  /// The name that the asked one stands for.
  public static let cname = DNSRecordType(rawValue: 5)
  /// The name of an address.
  public static let ptr = DNSRecordType(rawValue: 12)
  /// A mail server.
  public static let mx = DNSRecordType(rawValue: 15)
  /// Text.
  public static let txt = DNSRecordType(rawValue: 16)
  /// An IPv6 address.
  public static let aaaa = DNSRecordType(rawValue: 28)
  /// The host and port of a service.
  public static let srv = DNSRecordType(rawValue: 33)
  /// What extends the header; RFC 6891.
  public static let opt = DNSRecordType(rawValue: 41)
  /// All types.
  public static let any = DNSRecordType(rawValue: 255)

  /// The name in the registry; nil for a number that is not in this table.
  public var name: StaticString? {
    switch rawValue {
    case 1: "A"
    case 2: "NS"
    case 5: "CNAME"
    case 6: "SOA"
    case 12: "PTR"
    case 13: "HINFO"
    case 15: "MX"
    case 16: "TXT"
    case 17: "RP"
    case 28: "AAAA"
    case 29: "LOC"
    case 33: "SRV"
    case 35: "NAPTR"
    case 39: "DNAME"
    case 41: "OPT"
    case 43: "DS"
    case 44: "SSHFP"
    case 46: "RRSIG"
    case 47: "NSEC"
    case 48: "DNSKEY"
    case 50: "NSEC3"
    case 52: "TLSA"
    case 64: "SVCB"
    case 65: "HTTPS"
    case 99: "SPF"
    case 251: "IXFR"
    case 252: "AXFR"
    case 255: "ANY"
    case 256: "URI"
    case 257: "CAA"
    default: nil
    }
  }
}

extension DNSRecordType: CustomStringConvertible {
  /// The name, or `TYPE` and the number as in RFC 3597.
  public var description: String {
    if let name { return "\(name)" }
    return "TYPE\(rawValue)"
  }
}
