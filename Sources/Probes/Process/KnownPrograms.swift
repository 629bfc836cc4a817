internal import Bytes
internal import Identity

/// The programs that ran lately, each kept once.
struct KnownPrograms {
  private static let slotCount = 256
  private var slots = [ProcessProgram?](repeating: nil, count: KnownPrograms.slotCount)

  /// The program with this path and command's name; nil where it is not kept.
  ///
  /// `hint` is the same for the same program where that is likely.
  func find(path: Span<UInt8>, command: Span<UInt8>, hint: UInt64) -> ProcessProgram? {
    guard let known = slots[KnownPrograms.slot(hint, command)], known.isNamed(path, command) else {
      return nil
    }
    return known
  }

  /// The program with this path and command's name, which is kept from now on.
  mutating func program(
    path: ByteSlice, command: Span<UInt8>, hint: UInt64
  ) -> ProcessProgram {
    if let known = find(path: path.span, command: command, hint: hint) { return known }
    let made = ProcessProgram(path: path, command: ByteSlice(copying: command))
    slots[KnownPrograms.slot(hint, command)] = made
    return made
  }

  /// Scripts share their interpreter's inode, but not their names.
  private static func slot(_ hint: UInt64, _ command: Span<UInt8>) -> Int {
    let last = command.isEmpty ? 0 : UInt64(command[command.count - 1])
    let mixed = hint &+ UInt64(command.count) << 4 &+ last
    return Int(truncatingIfNeeded: (mixed ^ mixed >> 8) & UInt64(slotCount - 1))
  }
}
