internal import Bytes
internal import Patterns

extension MessageDraft {
  /// Makes one edit of a program.
  ///
  /// - Returns: false where a value could not be converted.
  mutating func apply(
    _ edit: CompiledEdit, of program: CompiledProgram, _ bytes: Span<UInt8>, _ origin: Origin
  ) throws(WireError) -> Bool {
    switch edit.kind {
    case .set:
      let index = index(bytes, of: edit.key)
      if index == nil ? edit.mode == .update : edit.mode == .insert { return true }
      guard let value = value(edit, program, bytes, origin) else { return true }
      if let index {
        set(bytes, value, at: index)
      } else {
        append(edit.key, value, pair: edit.source == .literal ? edit.pair : Place())
      }
    case .delete:
      var start = 0
      while let index = index(bytes, of: edit.key, from: start) {
        // One that was added is gone from the list, one of the request stays as removed.
        start = entries[index].state == .added ? index : index + 1
        remove(at: index)
      }
    case .setField:
      guard let value = value(edit, program, bytes, origin) else { return true }
      return try set(edit.field, to: value, bytes)
    case .drop: break
    case .other:
      if case .attribute(let other) = program.edits[edit.original] {
        return try apply(other, bytes)
      }
    }
    return true
  }

  private mutating func apply(
    _ edit: AttributeEdit, _ bytes: Span<UInt8>
  ) throws(WireError) -> Bool {
    switch edit {
    case .set: break
    case .delete(let selection): forEach(selection, bytes) { $0.remove(at: $1) }
    case .hash(let selection): try hash(selection, bytes)
    case .extract(let key, let pattern): try extract(bytes, key, pattern)
    case .convert(let key, let type): return try convert(bytes, key, to: type)
    }
    return true
  }

  private mutating func value(
    _ edit: CompiledEdit, _ program: CompiledProgram, _ bytes: Span<UInt8>, _ origin: Origin
  ) -> Place? {
    switch edit.source {
    case .literal: return edit.value
    case .attribute:
      if let index = index(bytes, of: edit.value) { return entries[index].value }
    case .origin:
      if let text = program.edits[edit.original].originField?.text(of: origin) {
        return keep(.string(text))
      }
    }
    return edit.fallback
  }

  /// Calls `body` with the index of every attribute that is selected, from the last to the first.
  private mutating func forEach<E: Error>(
    _ selection: AttributeSelection, _ bytes: Span<UInt8>,
    _ body: (inout MessageDraft, Int) throws(E) -> Void
  ) throws(E) {
    if let key = selection.key {
      var start = 0
      // A removed entry is not found again; one that stays is passed by.
      while let index = index(bytes, of: key.bytes.span, from: start) {
        let count = entries.count
        try body(&self, index)
        start = index + 1 - (count - entries.count)
      }
    }
    guard let pattern = selection.pattern else { return }
    for index in entries.indices.reversed() where entries[index].state != .removed {
      let place = entries[index].key
      let name = selection.key
      let isMatch =
        place.isOwn
        ? isSelected(own.span.extracting(place.range), pattern, besides: name)
        : isSelected(bytes.extracting(place.range), pattern, besides: name)
      if isMatch { try body(&self, index) }
    }
  }

  /// Whether the pattern matches a key which is not the one that was seen to by its name.
  private func isSelected(
    _ key: Span<UInt8>, _ pattern: Pattern, besides name: AttributeKey?
  ) -> Bool {
    if let name, name.bytes.span.isEqual(to: key) { return false }
    return pattern.matches(key)
  }

  private mutating func hash(
    _ selection: AttributeSelection, _ bytes: Span<UInt8>
  ) throws(WireError) {
    var indices: [Int] = []
    forEach(selection, bytes) { indices.append($1) }
    for index in indices {
      let digest = try MessageDraft.digest(content(bytes, of: entries[index].value))
      set(bytes, keep(.string(String(decoding: digest, as: UTF8.self))), at: index)
    }
  }

  /// The SHA-256 of a value in hexadecimal digits; empty for the empty text and no value.
  private static func digest(_ value: Span<UInt8>) throws(WireError) -> [UInt8] {
    let scan = try ValueScan(value, 0..<value.count)
    switch scan.kind {
    case .string where scan.content.isEmpty, .empty, .other: return []
    case .string, .bytes: return SHA256.hexDigest(value.extracting(scan.content))
    case .bool: return SHA256.hexDigest([scan.bits == 0 ? 0 : 1].span)
    case .int, .double:
      let number = (0..<8).map { UInt8(truncatingIfNeeded: scan.bits >> (8 * UInt64($0))) }
      return SHA256.hexDigest(number.span)
    case .array, .map:
      let text = try ValueText.text(value, 0..<value.count)
      return SHA256.hexDigest(text.utf8Span.span)
    }
  }

  private mutating func extract(
    _ bytes: Span<UInt8>, _ key: AttributeKey, _ pattern: Pattern
  ) throws(WireError) {
    guard let index = index(bytes, of: key.bytes.span) else { return }
    let value = Array(copying: content(bytes, of: entries[index].value))
    let scan = try ValueScan(value.span, 0..<value.count)
    guard scan.kind == .string else { return }
    let text = value.span.extracting(scan.content)
    guard let groups = pattern.captures(in: text) else { return }
    for (name, group) in zip(pattern.groupNames, groups) {
      guard let name else { continue }
      let start = own.count
      own.appendField(1, bytes: text.extracting(group))
      let place = Place(start: start, end: own.count, isOwn: true)
      let target = AttributeKey(name)
      if let known = self.index(bytes, of: target.bytes.span) {
        set(bytes, place, at: known)
      } else {
        append(keep(target.bytes.span), place)
      }
    }
  }

  private mutating func convert(
    _ bytes: Span<UInt8>, _ key: AttributeKey, to type: AttributeEdit.ConvertedType
  ) throws(WireError) -> Bool {
    guard let index = index(bytes, of: key.bytes.span) else { return true }
    switch try ValueConversion.convert(content(bytes, of: entries[index].value), to: type) {
    case .unchanged: return true
    case .impossible: return false
    case .value(let value):
      set(bytes, keep(value), at: index)
      return true
    }
  }
}

extension RewriteEdit {
  /// What of the origin the edit takes.
  fileprivate var originField: OriginField? {
    switch self {
    case .set(_, let source), .attribute(.set(_, let source, _)):
      if case .origin(let field) = source.place { field } else { nil }
    case .attribute, .drop: nil
    }
  }
}
