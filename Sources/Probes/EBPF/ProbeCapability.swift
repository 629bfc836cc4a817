internal import EBPF

/// One thing that the receiver can tell of the kernel: its programs, and what is made of their records.
///
/// Made from its part of the configuration; a capability that is off is not even made. All calls come on the
/// receiver's own queue, in the order of the members, and may block for some milliseconds.
protocol ProbeCapability: AnyObject {
  /// The name, which is also its section in the configuration, such as `process`.
  var name: String { get }

  /// The first of the sixteen numbers of its programs.
  var programBase: Int { get }

  /// The compiled programs.
  var object: EmbeddedProbe { get }

  /// What the programs are for, and the ways to do it.
  var programs: [ProgramSpec] { get }

  /// How often `collect` is called.
  var interval: Duration { get }

  /// Whether it asks for the names of addresses: else nobody takes note of them for it.
  var asksForPeerNames: Bool { get }

  /// Sets the programs' knobs and the sizes of maps before they are loaded.
  ///
  /// Called anew for each attempt where the kernel refuses a program. `object` may lack the shared maps'
  /// final sizes: these belong to the receiver.
  func configure(_ object: borrowing BPFObject, _ limits: ProbeLimits) throws(BPFError)

  /// Gets the loaded programs, which are attached already, so that what is read now misses nothing.
  func start(
    _ loaded: LoadedProbe, _ context: ProbeContext, _ output: inout ProbeOutput
  ) throws(BPFError)

  /// Sees a record of processes' lives that `take` will get soon, behind others that are before it in the ring.
  func foresee(_ record: Span<UInt8>, _ head: ProbeHead)

  /// Takes one record off a ring; its head says that a program of this capability made it.
  ///
  /// - Returns: false where the record is malformed: it is counted and left out.
  func take(_ record: Span<UInt8>, _ head: ProbeHead, _ output: inout ProbeOutput) -> Bool

  /// Called each `interval` for what is read from maps and iterators.
  func collect(_ output: inout ProbeOutput) throws(BPFError)

  /// Called once at the end, when the programs are detached; maps can still be read.
  func stop(_ output: inout ProbeOutput)
}

extension ProbeCapability {
  /// Every 15 seconds.
  var interval: Duration { .seconds(15) }

  /// It has no use for them.
  var asksForPeerNames: Bool { false }

  /// Nothing is to be known before its time.
  func foresee(_ record: Span<UInt8>, _ head: ProbeHead) {}

  /// Nothing is left to tell.
  func stop(_ output: inout ProbeOutput) {}
}
