internal import Bytes
internal import CProbeEvents
internal import Identity
internal import Procfs

extension ProcessWork {
  /// The program that a new image runs.
  ///
  /// `round` tells one reading of the ring from the others.
  mutating func program(
    of exec: borrowing ExecRecord, in directory: ByteSlice, round: UInt64, isGone: Bool
  ) -> ProcessProgram {
    let (inode, device) = (exec.fields.inode, exec.fields.device)
    if let known = files.known.program(
      exec.path, command: exec.command, inode: inode, device: device)
    {
      return known
    }
    let path = path(of: exec, in: directory, round: round, isGone: isGone)
    let program = programs.program(path: path, command: exec.command, hint: inode)
    files.known.keep(program, of: exec.path, inode: inode, device: device)
    return program
  }

  /// The executable's whole path with symbolic links followed, as /proc shows it, where that is certain; else as it was named.
  ///
  /// `round` tells one reading of the ring from the others: for so long a path that was proved is believed.
  mutating func path(
    of exec: borrowing ExecRecord, in directory: ByteSlice, round: UInt64, isGone: Bool
  ) -> ByteSlice {
    let named = exec.path
    let inode = exec.fields.inode
    if exec.isMemory { return directories.path(ofMemory: named, &texts, hint: inode) }
    // The names that fexecve(3) makes up say nothing, and those in /proc mean another file for everybody.
    let isMadeUp = named.starts(with: "/dev/fd/") || named.starts(with: "/proc/")
    let isCut = named.count >= ExecRecord.pathLimit
    if !isMadeUp, !isCut {
      if named.starts(with: "/") { return target(of: named, exec, isGone: isGone) }
      let whole = directories.path(of: named, in: directory.span, &texts, hint: inode)
      if !whole.isEmpty { return target(of: whole.span, exec, isGone: isGone) }
    }
    let shown =
      isGone ? ByteSlice.empty : files.executable(of: exec.fields.head.pid, inode: inode)
    if !shown.isEmpty { return texts.slice(shown.span, hint: inode) }
    // A part of a path is none, and what was made up for a program that is gone is nobody's.
    guard isCut || isMadeUp else { return texts.slice(named, hint: inode) }
    return files.formerPath(inode: inode, device: exec.fields.device, round: round)
  }

  /// The path of the executable that a whole path named, found out once for each file and name.
  private mutating func target(
    of named: Span<UInt8>, _ exec: borrowing ExecRecord, isGone: Bool
  ) -> ByteSlice {
    let (inode, device) = (exec.fields.inode, exec.fields.device)
    if let known = files.known.find(named, inode: inode, device: device) { return known }
    var path = ByteSlice.empty
    if !isGone { path = files.executable(of: exec.fields.head.pid, inode: inode) }
    // What has no name any more had the one that it was given.
    if path.span.hasDeletionNote { path = .empty }
    if path.isEmpty, exec.fields.mount_namespace == files.mountNamespace {
      path = files.target(of: named, inode: inode)
    }
    if path.isEmpty { return texts.slice(named, hint: inode) }
    files.known.keep(path, of: named, inode: inode, device: device)
    return path
  }

  /// The path of the script that the executable interprets, as it was named where the directory is not known.
  mutating func script(of exec: borrowing ExecRecord, in directory: ByteSlice) -> ByteSlice {
    let named = exec.script
    let hint = exec.fields.inode &+ 2
    if named.isEmpty || named.starts(with: "/") { return texts.slice(named, hint: hint) }
    let whole = directories.path(of: named, in: directory.span, &texts, hint: hint)
    return whole.isEmpty ? texts.slice(named, hint: hint) : whole
  }

  /// The working directory, where it is wanted and certain; empty else.
  ///
  /// `round` is when the ring was read.
  mutating func directory(
    of exec: borrowing ExecRecord, round: UInt64, isGone: Bool
  ) -> ByteSlice {
    guard config.workingDirectory else { return .empty }
    let fields = exec.fields
    if exec.hasDirectory {
      return directories.path(ofNames: exec.directory, &texts, hint: fields.directory)
    }
    if exec.isInParentsDirectory {
      let path = parentsDirectory(fields, round: round)
      if !path.isEmpty { return path }
    }
    if isGone { return .empty }
    let path = files.directory(of: fields.head.pid, inode: fields.directory)
    return texts.slice(path.span, hint: fields.directory)
  }

  private mutating func parentsDirectory(_ fields: process_exec, round: UInt64) -> ByteSlice {
    let (parent, inode) = (fields.parent_pid, fields.directory)
    if let known = directories.find(parent: parent, inode: inode, time: round) { return known }
    let shown = files.directory(of: parent, inode: inode)
    let path = texts.slice(shown.span, hint: inode)
    directories.keep(parent: parent, inode: inode, time: round, path)
    return path
  }
}
