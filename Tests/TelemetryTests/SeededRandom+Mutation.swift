import TestSupport

extension SeededRandom {
  /// `bytes` with one to four changes: a bit, a byte, a piece removed, doubled or moved.
  mutating func mutation(of bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    for _ in 0...Int.random(in: 0..<4, using: &self) where !result.isEmpty {
      let index = Int.random(in: 0..<result.count, using: &self)
      let end = Swift.min(result.count, index + Int.random(in: 1..<40, using: &self))
      switch Int.random(in: 0..<5, using: &self) {
      case 0: result[index] ^= 1 << UInt8.random(in: 0..<8, using: &self)
      case 1: result[index] = UInt8.random(in: 0...255, using: &self)
      case 2: result.removeSubrange(index..<end)
      case 3: result.insert(contentsOf: Array(result[index..<end]), at: index)
      default: result.append(contentsOf: Array(result[index..<end]))
      }
    }
    return result
  }
}
