/// How much more a consumer holds than moves on soon.
public enum Congestion: Int, Sendable, Comparable {
  /// What comes in moves on.
  case none
  /// What comes in waits: senders had better wait a little too.
  case some
  /// Half of the room is taken: what senders do not hold back will be refused.
  case severe

  /// Whether less is held on the left than on the right.
  public static func < (left: Congestion, right: Congestion) -> Bool {
    left.rawValue < right.rawValue
  }
}
