internal import Bytes

/// Header or trailer fields in the order in which they came; names in lower case.
///
/// All text lies in one block, so that a request head costs two allocations whatever its number
/// of fields.
public struct HTTPFields: Sendable {
  private struct Entry: Sendable {
    var nameStart: Int
    var nameCount: Int
    var valueCount: Int

    var name: Range<Int> { nameStart..<nameStart + nameCount }
    var value: Range<Int> { nameStart + nameCount..<nameStart + nameCount + valueCount }
  }

  private var bytes: [UInt8] = []
  private var entries: [Entry] = []

  /// No fields.
  public init() {}

  /// Fields from name and value pairs.
  public init(_ fields: KeyValuePairs<String, String>) {
    for (name, value) in fields { append(name, value) }
  }

  /// The number of fields.
  public var count: Int { entries.count }

  /// The size of all names and values, in bytes.
  public var byteCount: Int { bytes.count }

  /// Appends a field; the name is turned to lower case.
  public mutating func append(name: Span<UInt8>, value: Span<UInt8>) {
    if entries.isEmpty { entries.reserveCapacity(8) }
    entries.append(
      Entry(nameStart: bytes.count, nameCount: name.count, valueCount: value.count))
    // Room for the fields of a usual head at once: asking for each field's own would move them all.
    let needed = bytes.count + name.count + value.count
    if needed > bytes.capacity {
      bytes.reserveCapacity(max(needed, bytes.capacity * 2, HTTPFields.usualByteCount))
    }
    for index in name.indices { bytes.append(HTTPFields.lowercased(name[index])) }
    // The copy ends with the closure.
    unsafe value.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
  }

  private static let usualByteCount = 224

  /// Appends a field; the name is turned to lower case.
  public mutating func append(_ name: String, _ value: String) {
    append(name: name.utf8Span.span, value: value.utf8Span.span)
  }

  /// Calls `body` with each field's name and value in order.
  public func forEach<E: Error>(
    _ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) throws(E) -> Void
  ) throws(E) {
    let all = bytes.span
    for entry in entries {
      try body(all.extracting(entry.name), all.extracting(entry.value))
    }
  }

  /// The name and value of the field at `index`, as text.
  public subscript(index: Int) -> (name: String, value: String) {
    let entry = entries[index]
    return (text(entry.name), text(entry.value))
  }

  /// The value of the first field called `name`, given in lower case.
  public func first(_ name: StaticString) -> String? {
    firstRange(name).map(text)
  }

  /// Whether the first field called `name` has exactly this value.
  public func first(_ name: StaticString, is value: StaticString) -> Bool {
    guard let range = firstRange(name) else { return false }
    return bytes.span.extracting(range).isEqual(to: value)
  }

  /// The values of all fields called `name`, given in lower case.
  public func all(_ name: String) -> [String] {
    let wanted = Array(name.utf8)
    return entries.filter { bytes[$0.name].elementsEqual(wanted) }.map { text($0.value) }
  }

  /// Whether there is a field called `name`, given in lower case.
  public func contains(_ name: StaticString) -> Bool {
    firstRange(name) != nil
  }

  private func firstRange(_ name: StaticString) -> Range<Int>? {
    let all = bytes.span
    for entry in entries where entry.nameCount == name.utf8CodeUnitCount {
      if all.extracting(entry.name).isEqual(to: name) { return entry.value }
    }
    return nil
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
  }
}
