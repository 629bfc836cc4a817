internal import Bytes

/// Texts that come again and again, each kept once: processes of one program share its path.
struct KnownTexts {
  private static let slotCount = 256
  private var slots = [ByteSlice](repeating: .empty, count: KnownTexts.slotCount)

  /// A copy of `text`, or the one made before; `hint` is the same for the same text where that is likely.
  mutating func slice(_ text: Span<UInt8>, hint: UInt64) -> ByteSlice {
    if text.isEmpty { return .empty }
    let slot = Int(truncatingIfNeeded: (hint ^ hint >> 8) & UInt64(KnownTexts.slotCount - 1))
    let known = slots[slot]
    if known.span.isEqual(to: text) { return known }
    let made = ByteSlice(copying: text)
    slots[slot] = made
    return made
  }
}
