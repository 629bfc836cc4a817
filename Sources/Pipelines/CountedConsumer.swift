internal import Components
internal import Diagnostics
internal import Telemetry

/// Counts the items of the batches that a consumer takes.
final class CountedConsumer: Consumer {
  private let consumer: any Consumer
  private let counter: Counter

  init(_ consumer: any Consumer, _ counter: Counter) {
    self.consumer = consumer
    self.counter = counter
  }

  var refusal: DeliveryError? { consumer.refusal }

  var congestion: Congestion { consumer.congestion }

  func consume(_ batch: TelemetryBatch) throws(DeliveryError) {
    let itemCount = batch.payload.itemCount
    try consumer.consume(batch)
    counter.add(itemCount)
  }
}
