public import Diagnostics
internal import GRPC
internal import HTTP2
public import Queues
public import Sockets

/// Makes unary gRPC calls to one target over a few HTTP/2 connections.
///
/// Confined to its shard. Connections are made with the first call and again when they end; the
/// target's name is looked up for each.
public final class GRPCClient {
  private static let acceptedEncodings = "identity,gzip,deflate,zstd,snappy"

  /// The shard on which all calls are made and answered.
  public let shard: Shard
  private let settings: GRPCClientSettings
  private let authority: String
  private let pool: HTTP2ClientPool
  private let decompressor = BodyDecompressor()
  private let durations: RequestDurations?

  /// A client that is not connected yet.
  ///
  /// How long its calls take is counted in `metrics` where their level is detailed.
  public init(
    to target: SocketAddress, settings: GRPCClientSettings = .init(), shard: Shard,
    metrics: MetricsScope? = nil
  ) {
    self.shard = shard
    durations = .rpcClient(metrics)
    self.settings = settings
    authority = settings.authority ?? target.defaultAuthority
    pool = HTTP2ClientPool(target: target, shard: shard, settings: settings.pool)
  }

  /// Makes a call and hands its outcome to `done` once, at the latest after `timeout`.
  ///
  /// `done` runs on the shard, and may run from within. A status other than OK is a response, not
  /// an error. A call that the server did not process is sent once more by itself.
  public func call(
    _ request: GRPCRequest, timeout: Duration,
    _ done: @escaping (Result<GRPCResponse, TransportError>) -> Void
  ) {
    shard.assertIsCurrent()
    let head = GRPCHeads.request(
      path: request.path, authority: authority, userAgent: settings.userAgent, timeout: timeout,
      encoding: request.encoding, acceptEncoding: GRPCClient.acceptedEncodings,
      metadata: request.metadata)
    let call = GRPCClientCall(
      head: head,
      body: GRPCFraming.body(request.message, compressed: request.encoding != .identity),
      settings: settings, decompressor: decompressor, done: counted(request.path, done))
    call.timer = shard.schedule(after: timeout) { [pool] in
      pool.cancel(call, hasTimedOut: true)
      call.finish(.failure(.timedOut))
    }
    pool.submit(call)
  }

  /// `done`, with the duration counted before it where durations are shown.
  private func counted(
    _ path: String, _ done: @escaping (Result<GRPCResponse, TransportError>) -> Void
  ) -> (Result<GRPCResponse, TransportError>) -> Void {
    guard let durations else { return done }
    let (start, clock) = (shard.clock.now, shard.clock)
    return { result in
      var outcome = RequestDurations.Outcome(method: String(path.dropFirst()))
      switch result {
      case .success(let response): outcome.status = response.status.code.name
      case .failure(let error): outcome.error = error.label
      }
      durations.record(outcome, from: start, to: clock.now)
      done(result)
    }
  }

  /// Ends all connections.
  ///
  /// Calls under way fail as stopped, and calls made later at once.
  public func stop() {
    shard.assertIsCurrent()
    // Behind the callbacks of a connection from which this may be called.
    shard.schedule(after: .zero) { [pool] in pool.stop() }
  }
}

extension SocketAddress {
  /// What requests to this address say in `:authority` or `host`.
  var defaultAuthority: String {
    switch self {
    case .tcp(let host, _): host.isEmpty ? "localhost" : description
    case .unix: "localhost"
    }
  }
}
