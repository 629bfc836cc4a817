import Glibc
import Testing

@testable import EBPF

/// What the kernel under the tests lets them do.
enum Kernel {
  /// Why no program can be loaded here; nil where it can.
  static let refusal: String? = {
    do {
      var object = try BPFObject(opening: .self_test)
      try object.keep(["send_records"])
      try object.load()
      return nil
    } catch {
      return "\(error)"
    }
  }()

  static var loads: Bool { refusal == nil }

  static var comment: Comment { "bpf(2): \(refusal ?? "")" }
}

extension BPFObject {
  /// Loads these programs only.
  mutating func keep(_ programs: [String]) throws(BPFError) {
    for program in self.programs { try setLoads(program, programs.contains(program)) }
  }

  /// Sends `count` records from `first` on.
  func send(_ count: Int, from first: Int = 0) throws(BPFError) {
    var order: [UInt8] = []
    for number in [first, count] {
      for shift in 0..<8 { order.append(UInt8(truncatingIfNeeded: number >> (shift * 8))) }
    }
    _ = try run("send_records", context: order.span)
  }

  /// The sum over all CPUs of one outcome of the tests' programs.
  func outcome(_ outcome: Int) throws(BPFError) -> Int {
    let map = try map("outcomes")
    return map.withValue(of: UInt32(112 * 8 + outcome)) { values in
      (0..<map.valuesPerEntry).reduce(0) {
        $0 + Int(values.load(UInt64.self, at: $1 * map.valueStride) ?? 0)
      }
    } ?? -1
  }
}
