public import Bytes
internal import Queues
internal import Telemetry

extension ProcessTable {
  /// The process with this key, read from /proc where it is not known; nil where that is not possible any more.
  public func look(up key: ProcessKey) -> ProcessEntry? {
    if let entry = find(key) { return entry }
    if misses.contains(key) { return nil }
    guard allowance.take(at: clock.now) else {
      skippedReadCount += 1
      return nil
    }
    guard let facts = reader.read(key) else {
      missCount += 1
      misses.insert(key)
      return nil
    }
    let entry = note(key, facts.image)
    if let path = facts.cgroupPath { entry.state.cgroup = Cgroup(path: path) }
    entry.state.innermostPID = facts.innermostPID
    return entry
  }

  /// The process that has the number now, read from /proc where it is not known.
  ///
  /// What is known is checked against /proc: its number may have gone to another.
  public func look(up pid: UInt32) -> ProcessEntry? {
    guard allowance.take(at: clock.now) else {
      skippedReadCount += 1
      return nil
    }
    return reader.key(of: pid).flatMap { look(up: $0) }
  }

  /// The process with this key as /proc tells of it now; nil where that is not possible any more.
  public func refresh(_ key: ProcessKey) -> ProcessEntry? {
    guard let facts = reader.read(key) else { return nil }
    let known = find(key)
    let isSame = known?.program.isSame(as: facts.image.program) ?? false
    let entry = isSame ? note(key, facts.image) : noteExec(key, facts.image)
    if let path = facts.cgroupPath, path != entry.cgroup?.path {
      entry.state.cgroup = Cgroup(path: path)
      entry.state.cachedResource = nil
    }
    entry.state.innermostPID = facts.innermostPID
    return entry
  }

  /// Reads from /proc, once, what nobody has told of the process, such as its program where its parent is not known.
  private func complete(_ entry: ProcessEntry) {
    guard entry.executablePath.isEmpty, !entry.hasExited, !entry.state.hasTriedProc,
      allowance.take(at: clock.now)
    else { return }
    entry.state.hasTriedProc = true
    guard let facts = reader.read(entry.key) else { return }
    var image = facts.image
    // What the kernel told of the user and the sequence is of the event; /proc may be ahead of it.
    if entry.user != nil { image.user = nil }
    entry.state.update(image)
    entry.state.innermostPID = facts.innermostPID
  }

  /// Calls `body` with the ancestors as far as they are known, from the parent on, at most `ancestorLimit`.
  public func forEachAncestor(of entry: ProcessEntry, _ body: (ProcessEntry) -> Void) {
    var current = entry
    for _ in 0..<ProcessTable.ancestorLimit {
      guard let parent = parent(of: current), parent !== current else { return }
      body(parent)
      current = parent
    }
  }

  /// The parent, where it is known or can be read.
  public func parent(of entry: ProcessEntry) -> ProcessEntry? {
    if let key = entry.parent { return look(up: key) }
    guard entry.parentPID != 0, !entry.hasExited, let parent = look(up: entry.parentPID),
      // A parent is there before its child.
      parent.key.startTicks <= entry.key.startTicks
    else { return nil }
    entry.state.parent = parent.key
    return parent
  }

  /// The control group and what its path says; nil where it is not known.
  public func cgroup(of entry: ProcessEntry) -> Cgroup? {
    if let known = entry.cgroup { return known }
    if entry.cgroupID != 0, let known = cgroups.find(entry.cgroupID) {
      entry.state.cgroup = known
      return known
    }
    guard !entry.hasExited, !entry.isGone, !entry.state.hasTriedCgroup,
      allowance.take(at: clock.now)
    else { return cgroups.unified(entry.cgroupID) }
    entry.state.hasTriedCgroup = true
    guard let path = reader.cgroupPath(of: entry.key) else {
      return cgroups.unified(entry.cgroupID)
    }
    // The kernel told the id and /proc the path, of the same process: they belong together.
    entry.state.cgroup =
      entry.cgroupID != 0 ? cgroups.add(entry.cgroupID, path: path) : Cgroup(path: path)
    return entry.cgroup
  }

  /// The resource of what is told of the process; found out once for each program that it runs.
  public func resource(of entry: ProcessEntry) -> ProcessResource {
    if let known = entry.state.cachedResource { return known }
    complete(entry)
    let cgroup = cgroup(of: entry)
    var environment: String?
    if !entry.hasExited, !entry.isGone, !entry.executablePath.isEmpty {
      if allowance.take(at: clock.now) {
        environment = reader.serviceName(of: entry.key)
      } else {
        skippedReadCount += 1
      }
    }
    // Most processes run a program that others of the control group ran before.
    if environment == nil, let known = resources.find(entry, cgroup) {
      entry.state.cachedResource = known
      return known
    }
    var containerName: String?
    if let id = cgroup?.containerID {
      containerName = resources.containerName(id) { reader.dockerName(of: id) }
    }
    let service = ServiceName.choose(
      environment: environment, cgroup: cgroup, containerName: containerName,
      executable: entry.executableName.text)
    let resource = resources.shared(
      .init(service: service, containerID: cgroup?.containerID, podUID: cgroup?.podUID))
    if environment == nil { resources.keep(resource, of: entry, cgroup) }
    entry.state.cachedResource = resource
    return resource
  }

  /// The name of a user; nil where the system has none for the number.
  public func userName(of user: UInt32) -> ByteSlice? { users.name(of: user) }

  /// What tells the process apart, encoded for log records; encoded once for each program that it runs.
  ///
  /// These are `process.pid`, `process.parent_pid`, `process.creation.time`, `process.executable.name`,
  /// `process.executable.path`, `process.owner` and `process.exec_id`, as far as they are known.
  public func attributes(of entry: ProcessEntry) -> AttributeBytes {
    if let known = entry.state.cachedAttributes { return known }
    complete(entry)
    var buffer = ByteBuffer(minimumCapacity: 384)
    let field = AttributeBytes.logRecordField
    buffer.appendAttribute("process.pid", Int64(entry.key.pid), as: field)
    if entry.parentPID != 0 {
      buffer.appendAttribute("process.parent_pid", Int64(entry.parentPID), as: field)
    }
    buffer.appendAttribute(
      "process.creation.time", times.text(boot.creationTime(of: entry.key)), as: field)
    entry.program.attributes.append(to: &buffer, field: field)
    if let owner = entry.user.flatMap({ users.name(of: $0) }) {
      buffer.appendAttribute("process.owner", owner.span, as: field)
    }
    if let sequence = entry.execSequence {
      buffer.appendAttribute(
        "process.exec_id", execIDs.text(entry.key, sequence: sequence).utf8Span.span, as: field)
    }
    let attributes = AttributeBytes(&buffer, field: field)
    entry.state.cachedAttributes = attributes
    return attributes
  }
}
