import Components
import Receivers
import TestSupport
import Testing

@Suite struct NopReceiverTests {
  @Test("keeps the rules of life")
  func lifeCycle() async throws {
    try await checkLifeCycle { _, _ in NopReceiver() }
  }
}
