/// One entry of an `accept` or `accept-encoding` field (RFC 9110 section 12.5).
public struct AcceptedRange: Sendable, Equatable {
  /// The media type or coding, in lower case.
  public let name: String
  /// The parameters but `q`; names in lower case.
  public let parameters: [String: String]
  /// How much it is liked, 0 to 1.
  public let quality: Double

  /// More entries of a field than this are not read.
  private static let limit = 64

  /// The entries of a field, in the order written.
  public static func all(_ field: String) -> [AcceptedRange] {
    field.split(separator: ",").prefix(limit).map { entry in
      let parts = entry.split(separator: ";").map(trimmed)
      var parameters: [String: String] = [:]
      var quality = 1.0
      for part in parts.dropFirst() {
        let pair = part.split(separator: "=", maxSplits: 1).map(trimmed)
        guard pair.count == 2 else { continue }
        if pair[0].lowercased() == "q" {
          quality = Double(pair[1]).map { $0 >= 0 && $0 <= 1 ? $0 : 0 } ?? 0
        } else {
          parameters[pair[0].lowercased()] = pair[1].filter { $0 != "\"" }
        }
      }
      return AcceptedRange(
        name: (parts.first ?? "").lowercased(), parameters: parameters, quality: quality)
    }
  }

  /// Whether a field of `accept-encoding` takes gzip.
  public static func takesGzip(_ field: String) -> Bool {
    let ranges = all(field)
    if let gzip = ranges.first(where: { $0.name == "gzip" || $0.name == "x-gzip" }) {
      return gzip.quality > 0
    }
    return ranges.contains { $0.name == "*" && $0.quality > 0 }
  }

  private static func trimmed(_ text: Substring) -> String {
    String(
      text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}
