internal import DNS
internal import Identity

/// A question that a process of this host asked, and when.
///
/// Whole numbers only: what waits is moved, and counts no references.
struct DNSLookup {
  /// The asker; that with number zero where the connection is older than the programs.
  let process: ProcessKey
  /// When it was asked first, in nanoseconds since boot.
  let began: UInt64
  /// When it was asked last.
  var asked: UInt64
  /// How often it was asked.
  var attempts: Int32 = 1
  /// The question's place among those known, which holds it.
  let question: Int32
  let server: DNSServer

  /// Whether the asker is known.
  var hasProcess: Bool { process.pid != 0 }
}

/// Whom a question went to, and how.
struct DNSServer: Equatable {
  let address: NetworkAddress
  let port: UInt16
  let isStream: Bool
}

/// What a lookup led to.
enum DNSOutcome: Equatable {
  /// An answer came; `isTruncated` where the server asks to come again over TCP.
  case answered(DNSResponseCode, isTruncated: Bool)
  /// None came in time.
  case timedOut
}
