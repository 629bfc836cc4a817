import Synchronization
import Telemetry

/// A connection from a sender that a test makes up.
final class FakeConnection: SenderConnection {
  let description = "127.0.0.1:1"
  let sender: Sender
  let acceptTime: UInt64
  private let kept = Mutex<[(any AnyObject & Sendable, any AnyObject & Sendable)]>([])

  init(_ sender: Sender, acceptTime: UInt64 = .max) {
    self.sender = sender
    self.acceptTime = acceptTime
  }

  func kept<Kept: AnyObject & Sendable>(
    for owner: any AnyObject & Sendable, make: () -> Kept
  ) -> Kept {
    kept.withLock { kept in
      for (known, value) in kept where known === owner {
        if let value = value as? Kept { return value }
      }
      let value = make()
      kept.append((owner, value))
      return value
    }
  }
}
