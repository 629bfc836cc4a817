internal import Bytes
internal import Prometheus

/// Labels while they are gathered: keys become names, and labels of one name are joined.
struct LabelCollection {
  private struct Entry {
    let key: [UInt8]
    let name: [UInt8]
    let value: [UInt8]
  }

  private var entries: [Entry] = []

  /// The names without repetition, in order.
  var names: [[UInt8]] { merged().map(\.name) }

  /// Adds a label whose name is given; an empty value is no label in Prometheus.
  mutating func add(name: [UInt8], value: [UInt8], key: [UInt8]? = nil) {
    guard !name.isEmpty, !value.isEmpty else { return }
    entries.append(Entry(key: key ?? name, name: name, value: value))
  }

  /// Adds a label whose name is given, unless there is one of the name already.
  mutating func addUnlessPresent(name: String, value: [UInt8]) {
    let bytes = Array(name.utf8)
    if !entries.contains(where: { $0.name == bytes }) { add(name: bytes, value: value) }
  }

  /// Whether there is a label of this name.
  func contains(_ name: [UInt8]) -> Bool { entries.contains { $0.name == name } }

  /// Appends the labels, ordered by name, as a block; returns the sum of their hashes.
  func write(to buffer: inout ByteBuffer) -> UInt64 {
    let start = buffer.count
    var sum: UInt64 = 0
    for label in merged() {
      LabelBlock.append(name: label.name, value: label.value, to: &buffer, blockStart: start)
      var hash = KeyHash()
      hash.combine(label.name.span)
      hash.combine(label.value.span)
      sum &+= hash.value
    }
    return sum
  }

  /// Labels of one name become one: values joined by `;` in the order of their keys.
  private func merged() -> [(name: [UInt8], value: [UInt8])] {
    let sorted = entries.sorted {
      $0.name == $1.name
        ? $0.key.lexicographicallyPrecedes($1.key) : $0.name.lexicographicallyPrecedes($1.name)
    }
    var result: [(name: [UInt8], value: [UInt8])] = []
    for entry in sorted {
      if let last = result.last, last.name == entry.name {
        result[result.count - 1].value += [UInt8(ascii: ";")] + entry.value
      } else {
        result.append((entry.name, entry.value))
      }
    }
    return result
  }
}
