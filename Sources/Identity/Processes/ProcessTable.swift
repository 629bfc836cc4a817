internal import Bytes
public import Queues

/// The processes of this system as far as they are known, by their keys.
///
/// Filled by what the kernel tells and by /proc at first sight, which is believed only where the start agrees: what is
/// not certain is absent. Confined to one queue, which may block. A look-up takes no memory.
public final class ProcessTable {
  /// The limits of a table.
  public struct Settings: Sendable {
    /// The most processes kept; more push out those that ended and those that nobody asked for, from 16 to 1,048,576.
    public var capacity = 16_384
    /// How long a process is kept behind its end, so that what is told late still finds it.
    public var grace = Duration.seconds(10)
    /// The most processes a second that are read from /proc; more stay unknown.
    public var readsPerSecond = 2000
    /// What stands in front of /proc.
    public var root = ""

    /// The defaults.
    public init() {}
  }

  /// The most ancestors that are walked.
  public static let ancestorLimit = 16

  /// Processes pushed out while they were not known to have ended.
  public var evictionCount: Int { slots.evictionCount }
  /// Processes of which /proc told nothing, or something else by then.
  public internal(set) var missCount = 0
  /// Reads of /proc that were left out to keep to the limit.
  public internal(set) var skippedReadCount = 0
  /// The boot's moment in the world's time.
  public let boot: BootClock
  /// The control groups.
  public let cgroups: CgroupPaths

  let settings: Settings
  /// Of `settings`: a duration has 128 bits.
  private let graceNanoseconds: Int64
  /// What tells the time.
  public let clock: any ShardClock
  let execIDs = ExecID()
  var reader: ProcessReader
  var users = UserNames()
  var allowance: ReadAllowance
  var resources = ProcessResources()
  var times = TimestampText()
  /// Calls nothing that comes back: not checked for exclusive access.
  @safe @exclusivity(unchecked) private var slots: ProcessSlots
  var misses = MissedKeys()

  /// A table in which nothing is known yet.
  public init(
    _ settings: Settings = Settings(), boot: BootClock = .current, cgroups: CgroupPaths? = nil,
    clock: any ShardClock = SystemClock.shared
  ) {
    var settings = settings
    settings.capacity = min(max(16, settings.capacity), 1 << 20)
    self.settings = settings
    graceNanoseconds = min(settings.grace.nanoseconds, .max / 2)
    slots = ProcessSlots(capacity: settings.capacity)
    self.boot = boot
    self.clock = clock
    let cgroups = cgroups ?? CgroupPaths(.detect(root: settings.root))
    self.cgroups = cgroups
    reader = ProcessReader(root: settings.root, cgroups.hierarchy)
    allowance = ReadAllowance(perSecond: settings.readsPerSecond)
  }

  /// How many processes are known.
  public var count: Int { slots.count }

  /// The process with this key as far as it is known already; /proc is not read.
  ///
  /// - Complexity: O(1), without taking memory
  public func find(_ key: ProcessKey) -> ProcessEntry? {
    guard let entry = slots.find(key) else { return nil }
    entry.state.wasUsed = true
    return entry
  }

  /// The process that has the number now, as far as it is known already.
  public func find(pid: UInt32) -> ProcessEntry? {
    guard let entry = slots.find(pid: pid), !entry.hasExited else { return nil }
    entry.state.wasUsed = true
    return entry
  }

  /// Takes note that `parent` made the process `key`, which runs the parent's program until it runs another.
  @discardableResult
  public func noteFork(_ key: ProcessKey, _ image: ProcessImage) -> ProcessEntry {
    var image = image
    guard let parent = image.parent.flatMap({ slots.find($0) }) else { return note(key, image) }
    image.program = parent.program.updated(by: image.program)
    if image.user == nil { image.user = parent.user }
    if image.execSequence == nil { image.execSequence = parent.execSequence }
    let isSameGroup = image.cgroupID == 0 || image.cgroupID == parent.cgroupID
    if isSameGroup { image.cgroupID = parent.cgroupID }
    let entry = note(key, image)
    if isSameGroup {
      entry.state.cgroup = parent.cgroup
      // The environment is the parent's too.
      entry.state.cachedResource = parent.state.cachedResource
    }
    return entry
  }

  /// Takes note that the process runs another program: its name and environment are new.
  @discardableResult
  public func noteExec(_ key: ProcessKey, _ image: ProcessImage) -> ProcessEntry {
    let entry = note(key, image)
    entry.state.cachedResource = nil
    return entry
  }

  /// Takes note that the process is told to run another program now.
  ///
  /// One that is known to have ended was another, which had its number within the same hundredth of a second and is forgotten.
  ///
  /// - Returns: The process, and whether it is known to have run a program before.
  public func noteLiveExec(
    _ key: ProcessKey, _ image: borrowing ProcessImage
  ) -> (entry: ProcessEntry, hadImage: Bool) {
    let known = slots.find(key)
    let hadImage = known?.execSequence != nil
    guard let known, !known.hasExited else {
      if known != nil { slots.remove(key) }
      let entry = insert(key, image)
      if image.program.path.isEmpty { entry.state.hasTriedProc = true }
      return (entry, hadImage)
    }
    known.state.wasUsed = true
    known.state.replaceProgram(image)
    return (known, hadImage)
  }

  /// Takes note of what is known of the process; what `image` leaves open stays as it was.
  @discardableResult
  public func note(_ key: ProcessKey, _ image: ProcessImage) -> ProcessEntry {
    if let entry = slots.find(key) {
      entry.state.wasUsed = true
      entry.state.update(image)
      return entry
    }
    return insert(key, image)
  }

  private func insert(_ key: ProcessKey, _ image: borrowing ProcessImage) -> ProcessEntry {
    let entry = ProcessEntry(key, image)
    // A number goes to another process only when the one that had it is gone.
    if let old = slots.insert(entry) { noteExit(old) }
    return entry
  }

  /// Takes note that the process ended; it stays for the grace time.
  public func noteExit(_ key: ProcessKey) {
    if let entry = slots.find(key) { noteExit(entry) }
  }

  /// Takes note that a process of this table ended; it stays for the grace time.
  public func noteExit(_ entry: ProcessEntry) {
    noteExit(entry, at: clock.now)
  }

  /// Takes note that a process of this table was seen to have ended at `now`, which tells `clock` once for many of them.
  public func noteExit(_ entry: ProcessEntry, at now: MonotonicTime) {
    guard entry.state.exitTime == nil else { return }
    entry.state.exitTime = now
    slots.noteExit(
      entry.key, until: MonotonicTime(nanoseconds: now.nanoseconds &+ graceNanoseconds))
  }

  /// Forgets processes whose grace time is over; to be called every second or so.
  public func expire() {
    let now = clock.now
    slots.expire(at: now)
    misses.removeAll()
    resources.trim()
  }
}
