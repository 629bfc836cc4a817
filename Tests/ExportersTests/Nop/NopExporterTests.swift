import Components
import Exporters
import Telemetry
import TestSupport
import Testing

@Suite struct NopExporterTests {
  @Test("keeps the rules of life", arguments: Signal.allCases)
  func lifeCycle(signal: Signal) async throws {
    try await checkLifeCycle(signal: signal) { _, _ in NopExporter() }
  }

  @Test("delivers every batch at once")
  func delivers() throws {
    let recorder = DeliveryRecorder()
    try NopExporter().consume(BatchBuilder.spans(2, delivery: recorder.delivery()))
    #expect(recorder.deliveredCount == 1)
  }
}
