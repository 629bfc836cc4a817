internal import DNS
internal import Identity

/// A question that a process of this host asked, and when.
struct DNSLookup {
  /// The asker; nil where the connection is older than the programs.
  let process: ProcessKey?
  /// When it was asked first, in nanoseconds since boot.
  let began: UInt64
  /// When it was asked last.
  var asked: UInt64
  /// How often it was asked.
  var attempts = 1
  let question: KnownQuestion
  let server: NetworkAddress
  let serverPort: UInt16
  let isStream: Bool
}

/// What a lookup led to.
enum DNSOutcome: Equatable {
  /// An answer came; `isTruncated` where the server asks to come again over TCP.
  case answered(DNSResponseCode, isTruncated: Bool)
  /// None came in time.
  case timedOut
}
