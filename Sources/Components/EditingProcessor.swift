public import Configuration
public import Dispatch
internal import Synchronization
public import Telemetry

/// A processor that does nothing with a batch but rewrite it as an editor wants, on the shard that
/// brought it.
///
/// It keeps nothing. A batch that the next component refuses stays as it was with whoever offered it.
public final class EditingProcessor: Processor {
  /// What is changed.
  public let editor: any Editor
  let signal: Signal
  let flow: ItemFlow
  private let next: any Consumer
  private let stopping = Atomic<Bool>(false)

  /// A processor that does what `editor` wants in a pipeline of `signal`.
  public init(
    _ editor: any Editor, _ settings: ComponentSettings, _ signal: Signal, _ next: any Consumer
  ) {
    self.editor = editor
    self.signal = signal
    self.next = next
    flow = ItemFlow(settings.metrics)
  }

  /// Whether batches are refused as the processor has been stopped.
  var isStopped: Bool { stopping.load(ordering: .relaxed) }

  /// That of the editor.
  public var outline: String { editor.outline }

  /// Starts the editor.
  public func start(_ host: any Host) throws(ComponentError) {
    try editor.start(host)
  }

  /// That of the next component, unless the processor has been stopped.
  public var refusal: DeliveryError? { isStopped ? .stopping : next.refusal }

  /// That of the next component.
  public var congestion: Congestion { next.congestion }

  /// Rewrites the batch and hands it on.
  public func consume(_ batch: TelemetryBatch) throws(DeliveryError) {
    try EditingRun(self, before: next).consume(batch)
  }

  /// Refuses batches from now on and stops the editor.
  public func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    stopping.store(true, ordering: .relaxed)
    editor.stop(by: deadline, done)
  }
}

extension ProcessorFactory {
  /// A factory that decodes `Config` and makes a processor of the editor that `make` returns.
  public init<Config: ConfigDecodable>(
    editing type: ComponentType,
    make:
      @escaping @Sendable (Config, ComponentSettings, Signal) throws(ComponentError) -> any Editor
  ) {
    self.init(type) { (config: Config, settings, signal, next) throws(ComponentError) in
      EditingProcessor(try make(config, settings, signal), settings, signal, next)
    }
  }
}
