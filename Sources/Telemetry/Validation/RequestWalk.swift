internal import Bytes

/// One walk of the validator over a request.
///
/// All offsets are from the start of the request. Every function that takes `end` reads only below
/// it, and `end` is never above the number of bytes: `length` proves each nested end against the
/// outer one. That is why no access through `base` is checked again.
@safe
struct RequestWalk: ~Copyable {
  let base: UnsafePointer<UInt8>
  let entries: UnsafePointer<UInt16>
  let roles: ValidationTable.Roles

  /// What is known of the innermost unit: a part that can be rejected on its own.
  struct Unit {
    var isInside = false
    var fault: RejectedItem.Reason?
    var hasTraceID = false
    var hasSpanID = false
    var bucketCount = 0
    var boundCount = 0
  }

  var unit = Unit()
  var itemCount = 0
  var rejected: [RejectedItem] = []

  private var failure: RequestError.Reason?
  private var failureOffset = 0
  /// The message and field numbers that lead to the failure, innermost first.
  private var trail: [(message: Int, field: Int)] = []

  init(base: UnsafePointer<UInt8>, entries: UnsafePointer<UInt16>, roles: ValidationTable.Roles) {
    unsafe self.base = base
    unsafe self.entries = entries
    self.roles = roles
  }

  /// Notes why the walk ends; always false, for the caller to return.
  @inline(never)
  mutating func fail(_ reason: WireError.Reason, at offset: Int) -> Bool {
    failure = .wire(reason)
    failureOffset = offset
    return false
  }

  /// Notes that the walk ends because too much is rejected.
  mutating func failRejecting(at offset: Int) -> Bool {
    failure = .tooManyInvalidItems
    failureOffset = offset
    return false
  }

  /// Notes that the way to the failure leads through this field.
  @inline(never)
  mutating func trace(_ message: Int, _ field: Int) -> Bool {
    trail.append((message, field))
    return false
  }

  /// What went wrong, after a walk that returned false.
  func error(_ table: ValidationTable) -> RequestError {
    let names = trail.reversed().map { step in
      table.schemas[step.message].field(number: step.field)?.name ?? "\(step.field)"
    }
    return RequestError(
      failure ?? .wire(.truncated), path: names.joined(separator: "."), offset: failureOffset)
  }

  /// What was found, after a walk that returned true.
  func takeResult(_ empty: ValidatedRequest) -> ValidatedRequest {
    ValidatedRequest(
      signal: empty.signal, bytes: empty.bytes, itemCount: itemCount, rejected: rejected)
  }
}
