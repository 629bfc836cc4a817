internal import CProbeEvents
internal import Diagnostics
internal import EBPF
internal import Telemetry

/// Keeps account of what became of every record, from what the programs count and what was read.
final class LossAccount {
  static let programCount = Int(PROBE_PROGRAM_COUNT.rawValue)
  private static let outcomeCount = Int(PROBE_OUTCOME_COUNT.rawValue)
  private static let scope: StaticString = "swiftlet/ebpf"

  /// Loss of one program for one reason that no gap record tells yet.
  private struct Gap {
    var count = 0
    var first: UInt64 = 0
    var last: UInt64 = 0
  }

  private let counters: [ProgramCounters?]
  private var sums = [UInt64](repeating: 0, count: programCount * outcomeCount)
  private var seen = [UInt64](repeating: 0, count: programCount * outcomeCount)
  /// How often the kernel had left a program out at the last reading.
  private var seenMisses = [UInt64](repeating: 0, count: programCount)
  private var toldMalformed = [Int](repeating: 0, count: programCount)
  private var gaps: [[Gap]]
  private var lastRead: UInt64

  /// An account of programs whose counters are at their numbers, from the moment `now` since boot on.
  init(_ counters: [ProgramCounters?], now: UInt64) {
    self.counters = counters
    gaps = counters.map { _ in ProgramCounters.Loss.allCases.map { _ in Gap() } }
    lastRead = now
  }

  /// Reads what the programs counted until now, a moment since boot, and what of it was taken in; `misses` tells how often each
  /// was left out.
  func read(
    _ outcomes: BPFMap, _ intake: borrowing ProbeIntake, misses: [UInt64], now: UInt64
  ) {
    for (program, counters) in counters.enumerated() {
      guard let counters else { continue }
      sumUp(outcomes, of: program)
      let read = (taken: intake.taken[program], malformed: intake.malformed[program])
      update(program, counters, read, misses: misses[program], now)
    }
    lastRead = now
  }

  /// Sums up what all CPUs counted of a program.
  ///
  /// One call for each number: most of the map belongs to programs that are not there.
  private func sumUp(_ outcomes: BPFMap, of program: Int) {
    let (stride, base) = (outcomes.valueStride, program * LossAccount.outcomeCount)
    for index in base..<base + LossAccount.outcomeCount {
      let sum = outcomes.withValue(of: UInt32(index)) { values in
        (0..<outcomes.valuesPerEntry).reduce(0) { sum, cpu in
          sum &+ (values.load(UInt64.self, at: cpu * stride) ?? 0)
        }
      }
      // As before where it cannot be read.
      sums[index] = sum ?? sums[index]
    }
  }

  private func update(
    _ program: Int, _ counters: ProgramCounters, _ read: (taken: Int, malformed: Int),
    misses: UInt64, _ now: UInt64
  ) {
    let base = program * LossAccount.outcomeCount
    func rise(_ outcome: probe_outcome) -> Int {
      let index = base + Int(outcome.rawValue)
      defer { seen[index] = sums[index] }
      return Int(clamping: sums[index] &- seen[index])
    }
    counters.partial.add(rise(PROBE_READ_FAULT))
    counters.truncated.add(rise(PROBE_CUT))
    lose(program, counters, .ringFull, rise(PROBE_RING_FULL), now)
    lose(program, counters, .rateLimited, rise(PROBE_RATE_LIMITED), now)
    lose(program, counters, .mapFull, rise(PROBE_MAP_FULL), now)
    // Kernels that leave events out do so all the time: a gap record every second would tell nothing new.
    counters.lost(.missed).add(rise(PROBE_MISSED))
    lose(program, counters, .missed, Int(clamping: misses &- seenMisses[program]), now)
    seenMisses[program] = misses
    lose(program, counters, .malformed, read.malformed - toldMalformed[program], now)
    toldMalformed[program] = read.malformed
    counters.taken.set(read.taken)
    let refusedBefore = counters.lost(.refused).value
    counters.publishOutcomes()
    note(program, .refused, counters.lost(.refused).value - refusedBefore, now)
    // Of what the kernel did not tell the programs count nothing as produced.
    let produced = Int(clamping: sums[base + Int(PROBE_PRODUCED.rawValue)])
    balance(counters, read.taken, produced: produced + counters.lost(.missed).value)
  }

  private func lose(
    _ program: Int, _ counters: ProgramCounters, _ loss: ProgramCounters.Loss, _ count: Int,
    _ now: UInt64
  ) {
    counters.lost(loss).add(count)
    note(program, loss, count, now)
  }

  /// Notes a loss for the next gap record.
  private func note(
    _ program: Int, _ loss: ProgramCounters.Loss, _ count: Int, _ now: UInt64
  ) {
    guard count > 0 else { return }
    if gaps[program][loss.index].count == 0 { gaps[program][loss.index].first = lastRead }
    gaps[program][loss.index].count += count
    gaps[program][loss.index].last = now
  }

  /// Sets what is on its way so that produced = delivered + lost + held + in the ring.
  private func balance(_ counters: ProgramCounters, _ taken: Int, produced: Int) {
    let inKernel: [ProgramCounters.Loss] = [.ringFull, .rateLimited, .mapFull, .missed]
    let lostBefore = inKernel.reduce(0) { $0 + counters.lost($1).value }
    // Programs that sum up in maps count only what they lose.
    let known = max(produced, lostBefore + taken)
    counters.produced.add(known - counters.produced.value)
    counters.inRing.set(known - lostBefore - taken)
  }

  /// Tells what the pipelines have taken since the last reading; called when nothing is read any more.
  static func publish(_ counters: [ProgramCounters?]) {
    for counters in counters { counters?.publishOutcomes() }
  }

  /// Writes a record for each loss since the last call.
  func write(_ output: inout ProbeOutput, _ unixTime: (UInt64) -> UInt64) {
    for (program, losses) in gaps.enumerated() {
      guard let counters = counters[program] else { continue }
      for loss in ProgramCounters.Loss.allCases where losses[loss.index].count > 0 {
        let gap = losses[loss.index]
        output.logs.select(scope: LossAccount.scope)
        output.logs.open(
          event: "ebpf.lost", time: unixTime(gap.last), observed: output.observed, severity: .warn)
        output.logs.attribute("ebpf.program", counters.name.utf8Span.span)
        output.logs.attribute("ebpf.lost.reason", loss.rawValue.utf8Span.span)
        output.logs.attribute("ebpf.lost.count", Int64(gap.count))
        output.logs.attribute("ebpf.lost.first_time", Int64(clamping: unixTime(gap.first)))
        output.logs.attribute("ebpf.lost.last_time", Int64(clamping: unixTime(gap.last)))
        output.logs.close()
        gaps[program][loss.index] = Gap()
      }
    }
  }
}
