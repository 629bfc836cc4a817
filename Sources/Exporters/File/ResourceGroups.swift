internal import Bytes
internal import Telemetry

/// The resources of a request, grouped by the path segment that an attribute gives them.
struct ResourceGroups {
  /// The groups in the order of their first resource.
  private(set) var groups: [(segment: PathSegment, payload: Payload)] = []
  private let key: String
  private var places: [PathSegment: Int] = [:]

  /// Fields of a request beside its resources, such as the dictionary of profiles, go to all groups.
  init(_ payload: Payload, attribute: String) throws(WireError) {
    key = attribute
    var shared: [ByteSlice] = []
    for slice in payload.slices {
      var reader = WireReader(slice.span)
      while !reader.isAtEnd {
        let start = reader.position
        guard let field = try reader.nextField() else { break }
        guard field.number == 1, field.type == .length else {
          try reader.skip(field.type)
          shared.append(slice[start..<reader.position])
          continue
        }
        let range = try reader.readLength()
        let segment = try segment(slice.span, resourceHolder: range)
        add(slice[start..<range.upperBound], to: segment)
      }
    }
    for index in groups.indices {
      for slice in shared { groups[index].payload.append(Payload(slice, itemCount: 0)) }
    }
  }

  private mutating func add(_ slice: ByteSlice, to segment: PathSegment) {
    let place = places[segment] ?? groups.count
    if place == groups.count {
      places[segment] = place
      groups.append((segment, .empty))
    }
    // The files need no counts; one item keeps the payload from being empty.
    groups[place].payload.append(Payload(slice, itemCount: 1))
  }

  private func segment(
    _ bytes: Span<UInt8>, resourceHolder: Range<Int>
  ) throws(WireError) -> PathSegment {
    var found: String?
    var holder = WireReader(bytes, in: resourceHolder)
    while let field = try holder.nextField() {
      guard field.number == 1, field.type == .length else {
        try holder.skip(field.type)
        continue
      }
      var resource = WireReader(bytes, in: try holder.readLength())
      while let field = try resource.nextField() {
        guard field.number == 1, field.type == .length else {
          try resource.skip(field.type)
          continue
        }
        if let value = try value(bytes, pair: try resource.readLength()) { found = value }
      }
    }
    return found.map(PathSegment.init) ?? .missing
  }

  /// The pair's value where its key is the one looked for and its value is a string.
  private func value(_ bytes: Span<UInt8>, pair: Range<Int>) throws(WireError) -> String? {
    var isWanted = false
    var text: String?
    var reader = WireReader(bytes, in: pair)
    while let field = try reader.nextField() {
      switch (field.number, field.type) {
      case (1, .length):
        let range = try reader.readLength()
        isWanted = bytes.extracting(range).isEqual(to: key.utf8Span.span)
      case (2, .length):
        var value = WireReader(bytes, in: try reader.readLength())
        while let field = try value.nextField() {
          guard field.number == 1, field.type == .length else {
            try value.skip(field.type)
            continue
          }
          text = String(copying: bytes.extracting(try value.readLength()))
        }
      default: try reader.skip(field.type)
      }
    }
    return isWanted ? text : nil
  }
}
