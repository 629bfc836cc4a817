import TestSupport

extension SeededRandom {
  /// `bytes` with up to four bytes changed, removed, repeated or put in.
  mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: 1...4, using: &self) where !result.isEmpty {
      let index = Int.random(in: 0..<result.count, using: &self)
      let interesting: [UInt8] = [0, 9, 10, 13, 32, 44, 48, 58, 59, 70, 102, 255]
      switch Int.random(in: 0..<5, using: &self) {
      case 0: result[index] = UInt8.random(in: 0...255, using: &self)
      case 1: result.remove(at: index)
      case 2: result.insert(result[index], at: index)
      case 3: result.insert(interesting.randomElement(using: &self) ?? 0, at: index)
      default: result[index] = interesting.randomElement(using: &self) ?? 0
      }
    }
    return result
  }
}
