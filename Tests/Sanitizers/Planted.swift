// Shows that the sanitizers see: `none` must end well, `race` and `overflow` must be reported.
import Dispatch
import Synchronization

final class Shared: @unchecked Sendable {
  let arrived = Atomic<Int>(0)
  let guarded = Mutex<[Int]>([])
  var bare = 0
}

@main struct Planted {
  static func main() {
    let shared = Shared()
    let plant = CommandLine.arguments.last ?? "none"
    if plant == "overflow" { overflow() }
    let group = DispatchGroup()
    let threads = 3
    for number in 0..<threads {
      DispatchQueue(label: "planted.\(number)").async(group: group) {
        // Nobody begins before all are there, so that each has a thread of its own.
        shared.arrived.wrappingAdd(1, ordering: .relaxed)
        while shared.arrived.load(ordering: .relaxed) < threads {}
        if plant == "race" { for _ in 0..<10_000 { shared.bare += 1 } }
        for number in 0..<20_000 {
          shared.guarded.withLock { $0 = $0.count < 50 ? $0 + [number] : [] }
        }
      }
    }
    group.wait()
    print(shared.guarded.withLock { $0.count })
  }

  static func overflow() {
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 8)
    bytes.initialize(repeating: 1, count: 8)
    print(bytes[8 + CommandLine.arguments.count])
    bytes.deallocate()
  }
}
