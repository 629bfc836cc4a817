internal import ExporterSupport

/// The answers that a sender owes its chain while the work is done on another queue.
///
/// Confined to the sender's shard. The other queue knows an answer by its ticket.
final class SendCompletions {
  private var owed: [Int: (SendOutcome) -> Void] = [:]
  private var nextTicket = 0

  /// Keeps `done` and returns the ticket under which it is answered.
  func keep(_ done: @escaping (SendOutcome) -> Void) -> Int {
    nextTicket += 1
    owed[nextTicket] = done
    return nextTicket
  }

  /// Answers once; a ticket that was answered before is ignored.
  func answer(_ ticket: Int, _ outcome: SendOutcome) {
    owed.removeValue(forKey: ticket)?(outcome)
  }
}
