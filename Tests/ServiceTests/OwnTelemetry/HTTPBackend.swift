import Bytes
import HTTPTypes
import Synchronization
import Transport

/// A backend that keeps what it is sent and answers with the statuses a test gives it.
final class HTTPBackend: HTTPHandler {
  /// What came in.
  struct Request {
    let path: String
    let fields: HTTPFields
    let body: ByteSlice
  }

  private struct State {
    var requests: [Request] = []
    var statuses: [Int]
    var waiters: [(count: Int, resume: @Sendable () -> Void)] = []
  }

  private let state: Mutex<State>

  init(statuses: [Int] = []) { state = Mutex(State(statuses: statuses)) }

  var requests: [Request] { state.withLock { $0.requests } }

  func handle(_ exchange: HTTPExchange) {
    let (path, fields) = (String(exchange.head.path), exchange.head.fields)
    exchange.collectBody(limit: 1 << 20, admit: { _ in true }) { [self] result in
      guard case .success(let body) = result else { return }
      let (status, ready) = state.withLock { state in
        state.requests.append(Request(path: path, fields: fields, body: body))
        let count = state.requests.count
        let ready = state.waiters.filter { $0.count <= count }
        state.waiters.removeAll { $0.count <= count }
        return (state.statuses.isEmpty ? 200 : state.statuses.removeFirst(), ready)
      }
      exchange.respond(HTTPResponseHead(status: status))
      for waiter in ready { waiter.resume() }
    }
  }

  func received(_ count: Int) async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let isThere = state.withLock { state in
        if state.requests.count >= count { return true }
        state.waiters.append((count, { continuation.resume() }))
        return false
      }
      if isThere { continuation.resume() }
    }
  }
}
