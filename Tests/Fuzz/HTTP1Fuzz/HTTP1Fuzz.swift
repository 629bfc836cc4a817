internal import Bytes
internal import HTTP1
internal import HTTPTypes

/// Feeds the input to a machine whole and in pieces, which must say the same.
///
/// The first byte chooses the machine and the size of the pieces.
@c(LLVMFuzzerTestOneInput)
public func fuzzHTTP1(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  guard count > 1 else { return 0 }
  // libFuzzer keeps the input unchanged during the call.
  let input = unsafe UnsafeBufferPointer(start: start, count: count).span
  let bytes = input.extracting(1..<count)
  let step = Int(input[0] >> 1) % 61 + 1
  let isRequest = input[0] & 1 == 0
  let whole = isRequest ? readRequests(bytes, step: count) : readResponses(bytes, step: count)
  let pieces = isRequest ? readRequests(bytes, step: step) : readResponses(bytes, step: step)
  precondition(whole == pieces, "pieces of \(step) bytes read differently: \(whole) \(pieces)")
  return 0
}

private func readRequests(_ bytes: Span<UInt8>, step: Int) -> [String] {
  var machine = HTTP1RequestMachine()
  let transcript = Transcript()
  do throws(HTTP1Error) {
    var start = 0
    var end = 0
    while end < bytes.count {
      end = min(end + step, bytes.count)
      while start < end {
        let taken = try machine.receive(bytes.extracting(start..<end), transcript)
        start += taken
        if machine.isComplete { machine.beginNext() } else if taken == 0 { break }
      }
    }
  } catch {
    transcript.add("\(error)")
  }
  return transcript.lines
}

private func readResponses(_ bytes: Span<UInt8>, step: Int) -> [String] {
  var machine = HTTP1ResponseMachine()
  let transcript = Transcript()
  do throws(HTTP1Error) {
    var start = 0
    while start < bytes.count {
      let end = min(start + step, bytes.count)
      start += try machine.receive(bytes.extracting(start..<end), transcript)
      if machine.isComplete { machine.beginNext() }
    }
    try machine.endOfInput(transcript)
  } catch {
    transcript.add("\(error)")
  }
  return transcript.lines
}
