internal import Bytes
internal import Telemetry

/// Validates the input as a request; a valid one must survive counting, mending and splitting.
///
/// The first byte chooses the signal.
@c(LLVMFuzzerTestOneInput)
public func fuzzWire(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  guard count > 0 else { return 0 }
  // libFuzzer keeps the input unchanged during the call.
  let input = unsafe UnsafeBufferPointer(start: start, count: count).span
  let signal = Signal.allCases[Int(input[0]) % Signal.allCases.count]
  // A copy of its own, so that the sanitizer sees every read beyond it.
  let bytes = ByteSlice(copying: input.extracting(1..<count))
  let seen = readAll(RequestView(bytes.span))
  guard let request = try? RequestValidator.validate(bytes, signal: signal) else { return 0 }
  precondition(seen >= 0)
  precondition(
    PayloadCounter.countItems(bytes, signal: signal) == request.itemCount, "counts differ")
  let payload = request.payload
  check(payload, signal)
  guard payload.itemCount > 1 else { return 0 }
  let byItems = payload.split(afterItems: 1 + payload.itemCount / 2, signal: signal)
  checkParts(byItems.head, byItems.rest, payload, signal)
  let byBytes = payload.split(maximumBytes: 1 + payload.byteCount / 2, signal: signal)
  checkParts(byBytes.head, byBytes.rest, payload, signal)
  let parts = payload.divided(
    itemCount: 1 + payload.itemCount / 3, byteCount: 1 + payload.byteCount / 4, signal: signal)
  precondition(
    parts.reduce(0) { $0 + $1.itemCount } == payload.itemCount, "items lost or made")
  for part in parts { check(part, signal) }
  return 0
}

private func checkParts(_ head: Payload, _ rest: Payload, _ whole: Payload, _ signal: Signal) {
  precondition(head.itemCount > 0, "a part without items")
  precondition(head.itemCount + rest.itemCount == whole.itemCount, "items lost or made")
  check(head, signal)
  check(rest, signal)
}

private func check(_ payload: Payload, _ signal: Signal) {
  do {
    let request = try RequestValidator.validate(payload.joined(), signal: signal)
    precondition(request.rejected.isEmpty, "a part that is passed on holds invalid items")
    precondition(request.itemCount == payload.itemCount, "a part's count is wrong")
  } catch {
    preconditionFailure("what is passed on is malformed: \(error)")
  }
}

/// Reads through views that bytes of any kind may lead to; the number of attributes seen.
private func readAll(_ request: borrowing RequestView) -> Int {
  var count = 0
  var resources = request.resources
  while let group = resources.next() {
    var scopes = group.scopes
    while let scope = scopes.next() {
      var spans = scope.spans
      while let span = spans.next() { count += readAll(span.attributes) }
      var metrics = scope.metrics
      while let metric = metrics.next() {
        var points = metric.histogramPoints
        while let point = points.next() {
          var counts = point.bucketCounts
          while counts.next() != nil { count += 1 }
        }
      }
      var records = scope.logRecords
      while let record = records.next() { count += readAll(record.attributes) }
    }
  }
  return count
}

private func readAll(_ attributes: consuming ViewCursor<KeyValueView>) -> Int {
  var count = 0
  while let attribute = attributes.next() {
    count += attribute.key.count
    if let value = attribute.value { count += value.content.count }
  }
  return count
}
