/// A value at a quantile.
public struct QuantileView: WireView, ~Escapable {
  /// The quantile, 0 to 1.
  public private(set) var quantile: Double = 0
  /// The value there.
  public private(set) var value: Double = 0

  /// A view of the message whose fields are `bytes`.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    var fields = FieldCursor(bytes, 0..<bytes.count)
    while let field = fields.next() {
      switch field.number {
      case 1: quantile = Double(bitPattern: field.bits)
      case 2: value = Double(bitPattern: field.bits)
      default: break
      }
    }
  }
}
