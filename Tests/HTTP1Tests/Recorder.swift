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

/// A repeatable source of numbers for mutated inputs (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// `bytes` with up to four bytes changed, removed, repeated or put in.
  mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: 1...4, using: &self) where !result.isEmpty {
      let index = Int.random(in: 0..<result.count, using: &self)
      let interesting: [UInt8] = [0, 9, 10, 13, 32, 44, 48, 58, 59, 70, 102, 255]
      switch Int.random(in: 0..<5, using: &self) {
      case 0: result[index] = UInt8.random(in: 0...255, using: &self)
      case 1: result.remove(at: index)
      case 2: result.insert(result[index], at: index)
      case 3: result.insert(interesting.randomElement(using: &self) ?? 0, at: index)
      default: result[index] = interesting.randomElement(using: &self) ?? 0
      }
    }
    return result
  }
}
