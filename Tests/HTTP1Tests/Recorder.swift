import Bytes
import HTTP1
import HTTPTypes

/// Writes down what a machine says, with pieces of a body joined.
final class Recorder: HTTP1RequestReceiver, HTTP1ResponseReceiver {
  private(set) var events: [String] = []
  private(set) var bodies: [[UInt8]] = []

  func receive(head: HTTPRequestHead, body: HTTPBodyLength, expectsContinue: Bool) {
    let fields = (0..<head.fields.count).map { head.fields[$0].name + "=" + head.fields[$0].value }
    events.append(
      "\(head.method) \(head.target) \(head.authority) \(body)\(expectsContinue ? " expects" : "")"
        + fields.map { " [" + $0 + "]" }.joined())
    bodies.append([])
  }

  func receive(head: HTTPResponseHead, body: HTTPBodyLength) {
    events.append("\(head.status) \(body)")
    bodies.append([])
  }

  func receive(body bytes: Span<UInt8>) {
    precondition(bytes.count > 0 && !bodies.isEmpty)
    bodies[bodies.count - 1] += Array(copying: bytes)
  }

  func receiveEnd(trailers: HTTPFields) {
    let fields = (0..<trailers.count).map { trailers[$0].name + "=" + trailers[$0].value }
    let body = String(decoding: bodies[bodies.count - 1], as: UTF8.self)
    events.append("end \"\(body)\"" + fields.map { " [" + $0 + "]" }.joined())
  }
}

/// What came of feeding a machine.
struct Outcome: Equatable {
  var events: [String] = []
  var error: HTTP1Error?
  var isIdle = false
}

/// Feeds requests in pieces of `step` bytes, as a transport does that keeps what was not taken.
func feedRequests(
  _ bytes: [UInt8], step: Int, limits: HTTP1Limits = HTTP1Limits()
) -> Outcome {
  var machine = HTTP1RequestMachine(limits: limits)
  let recorder = Recorder()
  var outcome = Outcome()
  var start = 0
  var end = 0
  do throws(HTTP1Error) {
    while end < bytes.count {
      end = min(end + step, bytes.count)
      while start < end {
        let taken = try machine.receive(bytes.span.extracting(start..<end), recorder)
        start += taken
        if machine.isComplete {
          machine.beginNext()
        } else if taken == 0 {
          break
        }
      }
    }
  } catch {
    outcome.error = error
  }
  outcome.events = recorder.events
  outcome.isIdle = machine.isIdle
  return outcome
}

/// Feeds one response in pieces of `step` bytes; `closes` then ends the input.
func feedResponse(
  _ bytes: [UInt8], step: Int, method: String = "POST", closes: Bool = true,
  limits: HTTP1Limits = HTTP1Limits()
) -> Outcome {
  var machine = HTTP1ResponseMachine(limits: limits, requestMethod: method)
  let recorder = Recorder()
  var outcome = Outcome()
  do throws(HTTP1Error) {
    var start = 0
    while start < bytes.count {
      let end = min(start + step, bytes.count)
      let taken = try machine.receive(bytes.span.extracting(start..<end), recorder)
      start += taken
      if taken == 0 { break }
    }
    if closes { try machine.endOfInput(recorder) }
  } catch {
    outcome.error = error
  }
  outcome.events = recorder.events
  outcome.isIdle = machine.isIdle
  return outcome
}
