internal import Bytes

extension AttributeTable {
  /// Takes the attributes of the message whose fields lie at `content`, and the fields that tests need.
  mutating func load(
    _ bytes: Span<UInt8>, _ content: Range<Int>, _ layout: ItemLayout, _ fields: inout ItemFields
  ) throws(WireError) {
    begin(fieldNumber: layout.attributes, at: content.lowerBound)
    var reader = WireReader(bytes, in: content)
    var isPlaced = false
    var start = reader.position
    while let field = try reader.nextField() {
      if field.type == .length {
        let range = try reader.readLength()
        if field.number == layout.attributes {
          try add(bytes, field: start..<range.upperBound, content: range)
          insertion = range.upperBound
          isPlaced = true
        } else if field.number == layout.name {
          fields.name = range
        } else if field.number == layout.second {
          fields.second = range
        }
      } else if field.type == .varint, field.number == layout.number {
        fields.number = try reader.readVarint()
      } else {
        try reader.skip(field.type)
      }
      if !isPlaced {
        // Fields are written in the order of their numbers, and so is one that is added.
        if field.number > layout.attributes { isPlaced = true } else { insertion = reader.position }
      }
      start = reader.position
    }
  }
}
