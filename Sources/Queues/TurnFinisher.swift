/// Something that does its work once at the end of a shard's turn.
///
/// What many events of one turn produce is so written with one system call.
public protocol TurnFinisher: AnyObject {
  /// Called once on the shard, after the turn's events, posted work and timers.
  func finishTurn()
}
