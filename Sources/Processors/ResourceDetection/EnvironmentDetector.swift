internal import Bytes
internal import Telemetry

/// Reads OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME, as the Resource SDK specification says.
enum EnvironmentDetector {
  /// The most bytes that the variable may have.
  static let byteLimit = 64 << 10

  static func detect(_ around: Surroundings) throws(DetectionError) -> DetectedAttributes {
    var found = DetectedAttributes()
    found.add("service.name", text: around.environment("OTEL_SERVICE_NAME"))
    if let list = around.environment("OTEL_RESOURCE_ATTRIBUTES") {
      for (key, value) in try parse(list) { found.add(key, text: value) }
    }
    return found
  }

  /// The pairs of `key=value,key=value` with their percent signs decoded.
  ///
  /// - Throws: what is wrong; nothing of the list is used then.
  static func parse(_ list: String) throws(DetectionError) -> [(key: String, value: String)] {
    guard list.utf8.count <= byteLimit else {
      throw DetectionError("OTEL_RESOURCE_ATTRIBUTES is longer than \(byteLimit) bytes")
    }
    var pairs: [(String, String)] = []
    for part in list.split(separator: ",") {
      if String(part).trimmed.isEmpty { continue }
      guard let sign = part.firstIndex(of: "=") else {
        throw DetectionError(
          "OTEL_RESOURCE_ATTRIBUTES has a part without =; write key1=value1,key2=value2")
      }
      let key = String(part[..<sign]).trimmed
      let text = String(part[part.index(after: sign)...]).trimmed
      guard !key.isEmpty, let value = decoded(text), let name = decoded(key) else {
        throw DetectionError(
          "OTEL_RESOURCE_ATTRIBUTES has a key or value that is empty or not percent-encoded")
      }
      pairs.append((name, value))
    }
    return pairs
  }

  /// The text with `%XX` decoded; nil where that is not two digits or makes no UTF-8.
  private static func decoded(_ text: String) -> String? {
    guard text.contains("%") else { return text }
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(HexDigits.value),
        let low = rest.popFirst().flatMap(HexDigits.value)
      else { return nil }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
