public import Bytes

extension ValidatedRequest {
  /// The request without `items`, each one of `rejected`, in ascending order.
  ///
  /// The lengths of the messages around an item are written anew; every other byte is as it was.
  /// - Complexity: O(bytes)
  public func removing(_ items: [RejectedItem]) -> ByteSlice {
    guard !items.isEmpty else { return bytes }
    var removal = ItemRemoval(items: items, capacity: bytes.count)
    removal.copy(bytes.span, 0..<bytes.count)
    return removal.output.takeSlice()
  }
}

/// One copy of a request without some of its items.
private struct ItemRemoval: ~Copyable {
  let items: [RejectedItem]
  var output: ByteBuffer
  /// The index of the first item that has not been passed.
  private var next = 0

  init(items: [RejectedItem], capacity: Int) {
    self.items = items
    output = ByteBuffer(minimumCapacity: capacity)
  }

  /// Copies the message `range`, which holds an item to remove.
  mutating func copy(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    var copied = range.lowerBound
    var fields = FieldCursor(bytes, range)
    while next < items.count, let field = fields.next() {
      let item = items[next].range
      guard item.lowerBound < field.end else { continue }
      output.append(bytes.extracting(copied..<field.start))
      copied = field.end
      if item.lowerBound == field.start, item.upperBound == field.end {
        next += 1
      } else {
        output.appendTag(field.number, .length)
        let mark = output.openLength()
        copy(bytes, field.value)
        output.closeLength(mark)
      }
    }
    output.append(bytes.extracting(copied..<range.upperBound))
  }
}
