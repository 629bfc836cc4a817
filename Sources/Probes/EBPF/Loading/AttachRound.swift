internal import EBPF
internal import Synchronization

/// The start of all receivers of the process: what one gives away the next could still need to attach its programs, so
/// privileges go when the last has attached.
///
/// Any thread may call.
final class AttachRound: Sendable {
  /// What a receiver wants to become of the process's privileges.
  enum Wish: Sendable, Equatable {
    /// All stay.
    case keepAll
    /// What nothing needs goes; these stay besides.
    case drop(keeping: [Capability])
  }

  private struct State {
    var waiting = 0
    var hasAttached = false
    var keepsAll = false
    var kept: [Capability] = []
  }

  /// The round of this process.
  static let process = AttachRound()

  private let state = Mutex(State())

  /// A round that nobody has joined.
  init() {}

  /// Notes that a receiver will start; its `leave` has to follow.
  func join(_ wish: Wish) {
    state.withLock { state in
      state.waiting += 1
      switch wish {
      case .keepAll: state.keepsAll = true
      case .drop(let kept): state.kept += kept.filter { !state.kept.contains($0) }
      }
    }
  }

  /// Notes that a receiver has tried to attach its programs.
  ///
  /// - Returns: what has to be kept besides what is needed, for the caller to drop the rest now; nil while others are to
  ///   follow, where one of them wants all to stay, and where nothing was attached.
  func leave(hasAttached: Bool) -> [Capability]? {
    state.withLock { state in
      state.waiting -= 1
      if hasAttached { state.hasAttached = true }
      guard state.waiting == 0 else { return nil }
      let ended = state
      state = State()
      return ended.hasAttached && !ended.keepsAll ? ended.kept : nil
    }
  }
}
