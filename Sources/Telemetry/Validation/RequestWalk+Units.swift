internal import Bytes

extension RequestWalk {
  /// Walks a value that OTLP says more of than its type does; false where the request is refused.
  @inline(never)
  mutating func special(
    _ action: ValidationAction, _ tagStart: Int, _ start: Int, _ end: Int, nested: Int, depth: Int
  ) -> Bool {
    switch action {
    case .unit: return walkUnit(tagStart, start, end, message: nested, depth: depth)
    case .sample:
      itemCount &+= 1
      return walk(start, end, message: nested, depth: depth &+ 1)
    case .traceID:
      unit.hasTraceID = end &- start == 16 && isNotZero(start, end)
    case .spanID:
      unit.hasSpanID = end &- start == 8 && isNotZero(start, end)
    case .optionalID16: checkID(end &- start, 16)
    case .optionalID8: checkID(end &- start, 8)
    case .packedVarints: return checkVarints(start, end)
    case .packedFixed32: return checkWhole(start, end, width: 4)
    case .packedFixed64: return checkWhole(start, end, width: 8)
    case .bucketCounts:
      unit.bucketCount &+= (end &- start) / 8
      return checkWhole(start, end, width: 8)
    case .explicitBounds:
      unit.boundCount &+= (end &- start) / 8
      return checkWhole(start, end, width: 8)
    default: preconditionFailure("not a special field")
    }
    return true
  }

  /// Counts the 8 or 4 byte values of a packed field, which must fill it.
  private mutating func checkWhole(_ start: Int, _ end: Int, width: Int) -> Bool {
    if (end &- start) % width == 0 { return true }
    return fail(.truncated, at: start)
  }

  /// Checks an id that may be absent.
  private mutating func checkID(_ count: Int, _ wanted: Int) {
    if count != 0, count != wanted, unit.fault == nil { unit.fault = .idLength }
  }

  /// Walks a part that can be rejected on its own; false where the request is refused.
  private mutating func walkUnit(
    _ tagStart: Int, _ start: Int, _ end: Int, message: Int, depth: Int
  ) -> Bool {
    let outer = unit
    let itemsBefore = itemCount
    let rejectedBefore = rejected.count
    unit = Unit()
    unit.isInside = true
    // A metric's data points and a profile's samples count by themselves.
    let isItem = message != roles.metric && message != roles.profile
    if isItem { itemCount &+= 1 }
    guard walk(start, end, message: message, depth: depth &+ 1) else { return false }
    if let reason = unit.faultOfWhole(isSpan: message == roles.span) {
      rejected.removeLast(rejected.count &- rejectedBefore)
      guard rejected.count < RequestValidator.maximumRejectedItems else {
        return failRejecting(at: tagStart)
      }
      rejected.append(
        RejectedItem(
          range: tagStart..<end, reason: reason, itemCount: itemCount &- itemsBefore))
    }
    unit = outer
    return true
  }
}

extension RequestWalk.Unit {
  /// Why the unit is rejected, now that all of it is known; nil where it is not.
  fileprivate func faultOfWhole(isSpan: Bool) -> RejectedItem.Reason? {
    if isSpan {
      if !hasTraceID { return .traceID }
      if !hasSpanID { return .spanID }
    }
    if bucketCount | boundCount != 0, bucketCount != boundCount &+ 1 {
      return fault ?? .bucketCounts
    }
    return fault
  }
}
