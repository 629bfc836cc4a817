internal import Bytes

/// An edit as numbers, so that nothing is retained when it is made.
struct CompiledEdit {
  enum Kind {
    case set
    case delete
    case setField
    case drop
    /// Made as `CompiledProgram.edits` has it.
    case other
  }

  enum Source {
    case literal
    case attribute
    case origin
  }

  var kind: Kind
  /// The index in `CompiledProgram.edits`.
  let original: Int
  /// The attribute, in the program's pool.
  var key = MessageDraft.Place()
  var mode = AttributeEdit.SetMode.upsert
  var field = RewriteField.name
  var source = Source.literal
  /// The literal value, or the key of the attribute that has it, in the program's pool.
  var value = MessageDraft.Place()
  /// The `KeyValue` of the attribute and a literal, in the program's pool.
  var pair = MessageDraft.Place()
  /// The value where the source has none, in the program's pool.
  var fallback: MessageDraft.Place?

  init(_ edit: RewriteEdit, original: Int, pool: inout BytePool) {
    self.original = original
    switch edit {
    case .drop: kind = .drop
    case .set(let field, let source):
      kind = .setField
      self.field = field
      read(source, &pool)
    case .attribute(.set(let key, let source, let mode)):
      kind = .set
      self.key = pool.place(of: key.bytes)
      self.mode = mode
      read(source, &pool)
      if case .literal(let value) = source.place {
        var buffer = ByteBuffer()
        buffer.appendField(1, bytes: key.bytes.span)
        buffer.appendField(2, bytes: value.span)
        pair = pool.place(of: Array(copying: buffer.span))
      }
    case .attribute(.delete(let selection)) where selection.pattern == nil:
      kind = .delete
      key = pool.place(of: selection.key?.bytes ?? [])
      if selection.key == nil { kind = .other }
    case .attribute: kind = .other
    }
  }

  private mutating func read(_ source: AttributeSource, _ pool: inout BytePool) {
    fallback = source.fallback.map { pool.place(of: $0.array) }
    switch source.place {
    case .literal(let bytes):
      self.source = .literal
      value = pool.place(of: bytes.array)
    case .attribute(let key):
      self.source = .attribute
      value = pool.place(of: key.bytes)
    case .origin: self.source = .origin
    }
  }
}
