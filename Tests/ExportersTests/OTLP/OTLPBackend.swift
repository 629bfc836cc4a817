import Bytes
import GRPC
import HTTPTypes
import Queues
import Sockets
import Synchronization
import Transport

/// A backend of both protocols on ports of its own, which answers as a test tells it.
final class OTLPBackend: GRPCHandler, HTTPHandler {
  /// One answer; behind the last of the script, everything is taken.
  enum Answer: Sendable {
    case grpc(GRPCStatus)
    case http(Int)
    /// The bytes of a response.
    case response([UInt8])
    case none
  }

  private struct State {
    var script: [Answer] = []
    var received: [(path: String, fields: HTTPFields, body: ByteSlice)] = []
  }

  private let state = Mutex(State())

  init(_ script: [Answer] = []) {
    state.withLock { $0.script = script }
  }

  var received: [(path: String, fields: HTTPFields, body: ByteSlice)] {
    state.withLock { $0.received }
  }

  private func take(_ path: String, _ fields: HTTPFields, _ body: ByteSlice) -> Answer? {
    state.withLock { state in
      state.received.append((path, fields, body))
      return state.script.isEmpty ? nil : state.script.removeFirst()
    }
  }

  func handles(path: String) -> Bool { true }
  func begin(_ call: GRPCServerCall) {}

  func receive(_ call: GRPCServerCall, message: ByteSlice) {
    switch take(call.path, call.metadata, message) {
    case .grpc(let status): call.fail(status)
    case .response(let bytes): call.respond(message: ByteSlice(bytes))
    case .some(.none): break
    default: call.respond()
    }
  }

  func handle(_ exchange: HTTPExchange) {
    let bound = exchange.bound
    exchange.collectBody(limit: 1 << 30, admit: { _ in true }) { [self] result in
      guard case .success(let body) = result else { return }
      var head = HTTPResponseHead(status: 200)
      head.fields.append("content-type", "application/x-protobuf")
      switch take(bound.value.head.target, bound.value.head.fields, body) {
      case .http(let status): head.status = status
      case .response(let bytes): return bound.value.respond(head, body: [ByteSlice(bytes)])
      case .some(.none): return
      default: break
      }
      bound.value.respond(head)
    }
  }
}
