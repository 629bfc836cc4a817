public import Bytes

/// A request whose bytes are known to be well formed, and what is in it.
public struct ValidatedRequest: Sendable {
  /// What the request carries.
  public let signal: Signal
  /// The request as it came.
  public let bytes: ByteSlice
  /// The number of items in `bytes`, the rejected ones too.
  public let itemCount: Int
  /// What is not accepted, in ascending order; no range overlaps another.
  public let rejected: [RejectedItem]

  /// The number of items that go with `rejected`.
  public var rejectedItemCount: Int { rejected.reduce(0) { $0 + $1.itemCount } }

  /// The number that the response's partial success tells: profiles count whole.
  public var partialSuccessCount: Int {
    signal == .profiles ? rejected.count : rejectedItemCount
  }

  /// What may be passed on: the request, rewritten only where something is rejected.
  ///
  /// - Complexity: O(1) where nothing is rejected, else O(bytes)
  public var payload: Payload {
    if rejected.isEmpty { return Payload(bytes, itemCount: itemCount) }
    return Payload(removing(rejected), itemCount: itemCount - rejectedItemCount)
  }

  /// Why items are rejected, with how many for each reason; empty where none is.
  public var rejectionText: String {
    var parts: [String] = []
    for reason in RejectedItem.Reason.allCases {
      let count = rejected.reduce(0) { $0 + ($1.reason == reason ? $1.itemCount : 0) }
      if rejected.contains(where: { $0.reason == reason }) {
        parts.append("\(reason) (\(count) \(signal.itemName(count: count)))")
      }
    }
    return parts.joined(separator: "; ")
  }
}
