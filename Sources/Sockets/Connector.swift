internal import Glibc
public import Queues

/// One attempt to connect: resolves the name anew and tries its addresses in turn.
///
/// Confined to its shard. `done` is called once, never from within `start`; not after `cancel`.
public final class Connector {
  /// How an attempt ends.
  public typealias Outcome = Result<StreamConnection, ConnectError>

  private let target: SocketAddress
  private let shard: Shard
  private let settings: StreamSettings
  private var done: ((Outcome) -> Void)?
  private var addresses: [ResolvedAddress] = []
  private var nextAddress = 0
  private var attempt: (descriptor: SocketDescriptor, registration: Registration)?
  private var deadline: ShardTimer?
  private var problem = ""

  /// An attempt that has not started.
  public init(to target: SocketAddress, shard: Shard, settings: StreamSettings = .init()) {
    self.target = target
    self.shard = shard
    self.settings = settings
  }

  /// Begins; after `timeout` the attempt has failed.
  public func start(timeout: Duration, _ done: @escaping (Outcome) -> Void) {
    self.done = done
    deadline = shard.schedule(after: timeout) { [weak self] in
      guard let self else { return }
      fail("no answer within \(timeout.seconds) s")
    }
    Resolver.resolve(target, on: shard) { [self] outcome in
      guard self.done != nil else { return }
      switch outcome {
      case .success(let found):
        addresses = found
        tryNext()
      case .failure(let error): fail(error.description)
      }
    }
  }

  /// Gives the attempt up.
  public func cancel() {
    done = nil
    dropAttempt()
    deadline?.cancel()
  }

  private func tryNext() {
    while nextAddress < addresses.count {
      let address = addresses[nextAddress]
      nextAddress += 1
      do {
        if try begin(address) { return }
      } catch {
        problem = "\(address): \(error.reason)"
      }
    }
    fail(problem.isEmpty ? "the name has no address" : problem)
  }

  /// Starts to connect; the outcome follows as readiness.
  private func begin(_ address: ResolvedAddress) throws(SystemError) -> Bool {
    let descriptor = try SocketDescriptor.stream(for: address)
    let result = unsafe address.withSocketAddress { pointer, count in
      unsafe connect(descriptor.number, pointer, count)
    }
    if result != 0, errno != EINPROGRESS { throw .last("connect") }
    attempt = (descriptor, try shard.register(descriptor.number, for: .write, self))
    return true
  }

  private func dropAttempt() {
    if let attempt { shard.deregister(attempt.registration) }
    attempt = nil
  }

  private func fail(_ reason: String) {
    finish(.failure(ConnectError(target: target, reason: reason)))
  }

  private func finish(_ outcome: Outcome) {
    dropAttempt()
    deadline?.cancel()
    guard let done = done.take() else { return }
    done(outcome)
  }
}

extension Connector: ReadinessHandler {
  /// The kernel has connected or given up.
  public func ready(_ readiness: Readiness) {
    guard let attempt, nextAddress > 0 else { return }
    let address = addresses[nextAddress - 1]
    let code = attempt.descriptor.takeError()
    dropAttempt()
    guard code == 0 else {
      problem = "\(address): \(SystemError(call: "connect", code: code).reason)"
      tryNext()
      return
    }
    do {
      finish(
        .success(
          try StreamConnection(
            attempt.descriptor, peer: SocketPeer(address.description), shard: shard,
            settings: settings)))
    } catch {
      fail(error.description)
    }
  }
}

/// A target that could not be connected to.
public struct ConnectError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The target as it was given.
  public let target: SocketAddress
  /// Why not, in words.
  public let reason: String

  /// The target and the reason in one sentence.
  public var description: String { "cannot connect to \(target): \(reason)" }
}
