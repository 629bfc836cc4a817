import EBPF
import Testing

@testable import Probes

@Suite struct AttachRoundTests {
  @Test("the last receiver to attach drops, keeping what any of them wants")
  func last() {
    let round = AttachRound()
    round.join(.drop(keeping: [.dacOverride]))
    round.join(.drop(keeping: [.dacOverride, .sysAdmin]))
    #expect(round.leave(hasAttached: true) == nil)
    #expect(round.leave(hasAttached: false) == [.dacOverride, .sysAdmin])
  }

  @Test("nothing goes where one receiver wants all to stay, or where none has attached")
  func stays() {
    let round = AttachRound()
    round.join(.drop(keeping: []))
    round.join(.keepAll)
    #expect(round.leave(hasAttached: true) == nil)
    #expect(round.leave(hasAttached: true) == nil)
    round.join(.drop(keeping: []))
    #expect(round.leave(hasAttached: false) == nil)
    round.join(.drop(keeping: []))
    #expect(round.leave(hasAttached: true) == [])
  }
}
