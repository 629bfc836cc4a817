public import Components
internal import Synchronization
public import Telemetry

/// A consumer that refuses and settles as a test tells it, one step a batch.
public final class ScriptedConsumer: Consumer {
  /// What happens to one batch.
  public enum Step: Sendable {
    /// `consume` throws.
    case refuse(DeliveryError)
    /// The batch is taken and settled at once.
    case settle(Delivery.Outcome)
    /// The batch is taken and kept for `settleHeld`.
    case hold
  }

  private struct State {
    var steps: [Step]
    var taken: [TelemetryBatch] = []
    var held: [TelemetryBatch] = []
    var refusal: DeliveryError?
  }

  private let state: Mutex<State>

  /// A consumer that follows `steps`; behind the last, every batch is delivered.
  public init(_ steps: [Step] = []) {
    state = Mutex(State(steps: steps))
  }

  /// The batches taken so far, in order.
  public var taken: [TelemetryBatch] { state.withLock { $0.taken } }

  /// The batches taken and not settled.
  public var held: [TelemetryBatch] { state.withLock { $0.held } }

  /// What the test has set; then nothing is refused but by the script.
  public var refusal: DeliveryError? { state.withLock { $0.refusal } }

  /// Sets what `refusal` answers.
  public func setRefusal(_ error: DeliveryError?) {
    state.withLock { $0.refusal = error }
  }

  /// Does what the next step says.
  public func consume(_ batch: TelemetryBatch) throws(DeliveryError) {
    let step = state.withLock { state -> Step in
      let step = state.steps.isEmpty ? Step.settle(.success(())) : state.steps.removeFirst()
      if case .refuse = step { return step }
      state.taken.append(batch)
      if case .hold = step { state.held.append(batch) }
      return step
    }
    switch step {
    case .refuse(let error): throw error
    case .settle(let outcome): batch.delivery.settle(outcome)
    case .hold: break
    }
  }

  /// Settles all batches held, in order.
  public func settleHeld(_ outcome: Delivery.Outcome) {
    let held = state.withLock { state in
      let held = state.held
      state.held = []
      return held
    }
    for batch in held { batch.delivery.settle(outcome) }
  }
}
