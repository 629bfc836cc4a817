internal import Bytes
internal import Procfs

/// The time that a CPU, or all of them, spent in each state, in ticks of the clock.
struct CPUTimes: Equatable {
  static let stateCount = 8

  var user: UInt64 = 0
  var nice: UInt64 = 0
  var system: UInt64 = 0
  var idle: UInt64 = 0
  var wait: UInt64 = 0
  var interrupt: UInt64 = 0
  var softInterrupt: UInt64 = 0
  var steal: UInt64 = 0

  /// No time.
  init() {}

  /// Reads the numbers behind the label of a line of /proc/stat; old kernels have fewer.
  init?(_ cursor: inout TextCursor) {
    guard let user = cursor.number(), let nice = cursor.number(), let system = cursor.number(),
      let idle = cursor.number()
    else { return nil }
    self.user = user
    self.nice = nice
    self.system = system
    self.idle = idle
    wait = cursor.number() ?? 0
    interrupt = cursor.number() ?? 0
    softInterrupt = cursor.number() ?? 0
    steal = cursor.number() ?? 0
  }

  /// The time in the state with this number, and the state's name.
  func time(inState index: Int) -> (name: StaticString, ticks: UInt64) {
    switch index {
    case 0: ("user", user)
    case 1: ("system", system)
    case 2: ("idle", idle)
    case 3: ("interrupt", interrupt)
    case 4: ("nice", nice)
    case 5: ("softirq", softInterrupt)
    case 6: ("steal", steal)
    default: ("wait", wait)
    }
  }

  /// The time in all states.
  var total: UInt64 {
    user &+ nice &+ system &+ idle &+ wait &+ interrupt &+ softInterrupt &+ steal
  }
}

/// What /proc/stat tells of the CPUs.
struct CPUTable: Equatable {
  /// All CPUs together.
  var all = CPUTimes()
  /// Each CPU with its number, in the order of the file.
  var each: [(number: Int, times: CPUTimes)] = []

  static func == (left: CPUTable, right: CPUTable) -> Bool {
    left.all == right.all && left.each.elementsEqual(right.each) { $0 == $1 }
  }

  /// Reads the text of /proc/stat into the memory that is there; false where it has no CPUs.
  mutating func read(_ text: Span<UInt8>) -> Bool {
    each.removeAll(keepingCapacity: true)
    var hasAll = false
    var cursor = TextCursor(text)
    repeat {
      let label = cursor.word()
      guard label.starts(with: "cpu") else { continue }
      guard let times = CPUTimes(&cursor) else { continue }
      if label.count == 3 {
        all = times
        hasAll = true
      } else if let number = label.extracting(3..<label.count).decimal, number < 1 << 20 {
        each.append((Int(number), times))
      }
    } while cursor.nextLine()
    return hasAll
  }
}
