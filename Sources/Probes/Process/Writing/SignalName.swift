/// The names of signals, such as `SIGKILL`.
enum SignalName {
  /// Those with a name on x86_64 and arm64, by number from 1 on.
  private static let names: [StaticString] = [
    "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL",
    "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD",
    "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ",
    "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
  ]

  /// The name of the signal; those for real-time use count from `SIGRTMIN`, 34.
  static func text(_ signal: UInt8) -> String {
    if signal >= 1, Int(signal) <= names.count { return "\(names[Int(signal) - 1])" }
    return signal >= 34 ? "SIGRTMIN+\(signal - 34)" : "SIG\(signal)"
  }

  /// Whether the signal by itself tells of a fault in the program: those that dump core.
  static func isFault(_ signal: UInt8) -> Bool {
    switch signal {
    case 4, 5, 6, 7, 8, 11, 31: true
    default: false
    }
  }
}
