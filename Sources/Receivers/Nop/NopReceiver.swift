public import Components
public import Dispatch
internal import Telemetry

/// A receiver that never brings anything in.
public final class NopReceiver: Receiver {
  /// A nop receiver.
  public init() {}

  /// Opens nothing.
  public func start(_ host: any Host) throws(ComponentError) {}

  /// Has nothing to stop.
  public func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    done()
  }
}

extension ReceiverFactory {
  /// Makes nop receivers.
  public static let nop = ReceiverFactory(
    ComponentType(
      "nop",
      signals: [.traces: .stable, .metrics: .stable, .logs: .stable, .profiles: .stable],
      summary: "Never brings anything in.")
  ) { (_: NopReceiverConfig, _, _) throws(ComponentError) in NopReceiver() }
}
