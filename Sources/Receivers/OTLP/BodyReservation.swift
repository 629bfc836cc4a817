internal import Telemetry

/// The memory set aside for one request while its body comes in.
///
/// Confined to the request's shard until the reservation is handed on.
final class BodyReservation {
  private let ingress: OTLPIngress
  /// What is set aside so far; nil before the first byte is known of.
  private(set) var reservation: MemoryReservation?
  /// Whether the budget had no room when asked last.
  private(set) var isRefused = false

  init(_ ingress: OTLPIngress) {
    self.ingress = ingress
  }

  /// Sets aside `byteCount` bytes in all; false where the budget has no room for them.
  func admit(_ byteCount: Int) -> Bool {
    if let reservation {
      isRefused = !reservation.resize(to: byteCount)
    } else {
      reservation = ingress.reserve(byteCount)
      isRefused = reservation == nil
    }
    return !isRefused
  }
}
