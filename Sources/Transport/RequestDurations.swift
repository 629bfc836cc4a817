internal import Diagnostics
internal import Queues
internal import Synchronization

/// How long requests take, by how they ended, under the names of the semantic conventions.
///
/// Counted at the level detailed alone: each request costs a look at the clock and a lock.
final class RequestDurations: Sendable {
  /// What requests are told apart by.
  struct Outcome: Hashable {
    /// `http.request.method`, or `rpc.method`.
    let method: String
    /// The status code; empty where there was no answer.
    var status = ""
    /// Why there was no answer; empty where there was one.
    var error = ""
  }

  /// The attributes that are the same for all requests, and the names of the others.
  private struct Convention {
    let fixed: [(name: String, value: String)]
    let method: String
    let status: String
  }

  private static let http = Convention(
    fixed: [("network.protocol.name", "http"), ("url.scheme", "http")],
    method: "http.request.method", status: "http.response.status_code")
  private static let rpc = Convention(
    fixed: [("rpc.system.name", "grpc")], method: "rpc.method",
    status: "rpc.response.status_code")

  /// The methods that semantic conventions keep; others are `_OTHER`, so that nobody makes series.
  private static let methods: Set<String> = [
    "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE",
  ]

  private let scope: MetricsScope
  private let name: String
  private let convention: Convention
  private let known = Mutex<[Outcome: Histogram]>([:])

  private init?(_ scope: MetricsScope?, _ name: String, _ convention: Convention) {
    guard let scope, scope.registry.level >= .detailed else { return nil }
    self.scope = convention.fixed.reduce(scope) { $0.with($1.name, $1.value) }
    self.name = name
    self.convention = convention
  }

  /// The durations of an HTTP server's requests; nil where they are not shown.
  static func httpServer(_ scope: MetricsScope) -> RequestDurations? {
    RequestDurations(scope, "http.server.request.duration", http)
  }

  /// The durations of an HTTP client's requests; nil where they are not shown.
  static func httpClient(_ scope: MetricsScope?) -> RequestDurations? {
    RequestDurations(scope, "http.client.request.duration", http)
  }

  /// The durations of a gRPC server's calls; nil where they are not shown.
  static func rpcServer(_ scope: MetricsScope) -> RequestDurations? {
    RequestDurations(scope, "rpc.server.call.duration", rpc)
  }

  /// The durations of a gRPC client's calls; nil where they are not shown.
  static func rpcClient(_ scope: MetricsScope?) -> RequestDurations? {
    RequestDurations(scope, "rpc.client.call.duration", rpc)
  }

  /// The method as a label has it.
  static func label(ofMethod method: String) -> String {
    methods.contains(method) ? method : "_OTHER"
  }

  /// Counts a request that took from `start` to `end`.
  func record(_ outcome: Outcome, from start: MonotonicTime, to end: MonotonicTime) {
    let histogram = known.withLock { known in
      if let histogram = known[outcome] { return histogram }
      let made = make(outcome)
      known[outcome] = made
      return made
    }
    histogram.record(Int((end.nanoseconds - start.nanoseconds) / 1000))
  }

  private func make(_ outcome: Outcome) -> Histogram {
    var scope = scope.with(convention.method, outcome.method)
    if !outcome.status.isEmpty { scope = scope.with(convention.status, outcome.status) }
    if !outcome.error.isEmpty { scope = scope.with("error.type", outcome.error) }
    return scope.durations(name)
  }
}

extension TransportError {
  /// The error as `error.type` has it.
  var label: String {
    switch self {
    case .cannotConnect: "cannot_connect"
    case .connectionLost: "connection_lost"
    case .timedOut: "timeout"
    case .responseTooLarge: "response_too_large"
    case .protocolError: "protocol_error"
    case .stopped: "stopped"
    }
  }
}
