/// Where the parts lie that groups have besides their members, of resources and of scopes alike.
struct GroupFields {
  /// What the group is of; nil where it is unknown.
  private(set) var head: Range<Int>?
  /// The schema's URL.
  private(set) var schemaURL = 0..<0

  /// The fields of the group whose fields are `bytes`; of one that is there twice the last counts.
  init(_ bytes: Span<UInt8>) {
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 1: head = field.value
      case 3: schemaURL = field.value
      default: break
      }
    }
  }
}
