internal import Bytes
internal import Telemetry

/// Rewrites the input by one program of a fixed set: what comes out is valid, or nothing comes out.
///
/// The first byte chooses the signal, the second the program.
@c(LLVMFuzzerTestOneInput)
public func fuzzRewrite(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  guard count > 1 else { return 0 }
  // libFuzzer keeps the input unchanged during the call.
  let input = unsafe UnsafeBufferPointer(start: start, count: count).span
  let signal = Signal.allCases[Int(input[0]) % Signal.allCases.count]
  let programs = Programs.all
  let program = programs[Int(input[1]) % programs.count]
  // A copy of its own, so that the sanitizer sees every read beyond it.
  let bytes = ByteSlice(copying: input.extracting(2..<count))
  let raw = Payload(bytes, itemCount: PayloadCounter.countItems(bytes, signal: signal))
  let rawOutcome = try? rewrite(raw, program, signal)
  precondition(bytes.span.isEqual(to: input.extracting(2..<count)), "the input was edited")
  if let rawOutcome { checkIdentity(rawOutcome, raw, program) }
  guard let request = try? RequestValidator.validate(bytes, signal: signal) else { return 0 }
  let payload = request.payload
  do {
    let outcome = try rewrite(payload, program, signal)
    checkIdentity(outcome, payload, program)
    check(outcome, payload, signal)
    // Short ranges too, of several lengths.
    for least in [1, 1 + Int(input[1]) % 64] {
      try checkSharing(payload, program, signal, leastByteCount: least)
    }
    if program.isStable { checkAgain(outcome.payload, program, signal) }
  } catch {
    // What is joined by readers, such as a resource in two parts, is not edited in one of them.
    precondition(error.reason == .repeatedField, "a valid request is refused: \(error)")
  }
  return 0
}

private func rewrite(
  _ payload: Payload, _ program: NamedProgram, _ signal: Signal
) throws(WireError) -> RewriteOutcome {
  try payload.rewritten(by: program.program, signal: signal, origin: Programs.origin)
}

/// What is handed on and what is copied are the same bytes, also where they are rewritten once more.
private func checkSharing(
  _ payload: Payload, _ program: NamedProgram, _ signal: Signal, leastByteCount: Int
) throws(WireError) {
  let sharing = RewriteSharing(leastByteCount: leastByteCount, leastQuarters: 0)
  let copying = RewriteSharing(leastByteCount: .max, leastQuarters: 0)
  var (shared, copied) = (payload, payload)
  for _ in 0..<2 {
    copied = try copied.rewritten(
      by: program.program, signal: signal, origin: Programs.origin, sharing: copying
    ).payload
    shared = try shared.rewritten(
      by: program.program, signal: signal, origin: Programs.origin, sharing: sharing
    ).payload
    precondition(
      shared.joined().span.isEqual(to: copied.joined().span), "\(program.name) shares wrongly")
    precondition(
      shared.itemCount == copied.itemCount, "\(program.name) counts what it shares wrongly")
    precondition(shared.byteCount == copied.byteCount, "\(program.name) measures wrongly")
    let parts = shared.divided(itemCount: 2, signal: signal)
    precondition(
      parts.reduce(0) { $0 + $1.itemCount } == shared.itemCount, "a part of a rope is lost")
  }
}

/// A program that can change nothing must leave every byte.
private func checkIdentity(_ outcome: RewriteOutcome, _ before: Payload, _ program: NamedProgram) {
  guard program.isIdentity else { return }
  precondition(
    outcome.payload.joined().span.isEqual(to: before.joined().span), "\(program.name) changed bytes"
  )
  precondition(outcome.payload.itemCount == before.itemCount, "\(program.name) changed the count")
}

/// What is passed on must be as valid as what came, and each item there or dropped.
private func check(_ outcome: RewriteOutcome, _ before: Payload, _ signal: Signal) {
  let after = outcome.payload
  precondition(
    after.itemCount + outcome.droppedItemCount(by: 0) == before.itemCount, "items lost or made")
  guard after.itemCount > 0 || !after.isEmpty else { return }
  do {
    let request = try RequestValidator.validate(after.joined(), signal: signal)
    precondition(request.rejected.isEmpty, "items became invalid: \(request.rejectionText)")
    precondition(request.itemCount == after.itemCount, "the count is wrong")
  } catch {
    preconditionFailure("what is passed on is malformed: \(error)")
  }
}

/// Once made, the changes are there: a second run has nothing to do.
private func checkAgain(_ payload: Payload, _ program: NamedProgram, _ signal: Signal) {
  guard let again = try? rewrite(payload, program, signal) else {
    preconditionFailure("\(program.name) refuses what it made")
  }
  precondition(
    again.payload.joined().span.isEqual(to: payload.joined().span),
    "\(program.name) changes what it made")
}
