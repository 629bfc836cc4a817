internal import Bytes
internal import CProbeEvents
internal import Identity
internal import Procfs

extension ProcessWork {
  /// The program that a new image runs.
  mutating func program(
    of exec: borrowing ExecRecord, in directory: ByteSlice, isGone: Bool
  ) -> ProcessProgram {
    let inode = exec.fields.inode
    // What a name says that is no whole path depends on the directory; names that are made up are not kept.
    if exec.path.starts(with: "/"), !exec.isMemory,
      let known = programs.find(path: exec.path, command: exec.command, hint: inode)
    {
      return known
    }
    let path = path(of: exec, in: directory, isGone: isGone)
    return programs.program(path: path, command: exec.command, hint: inode)
  }

  /// The executable's path as it was named, where that is a whole path or one from a known directory on; else as /proc shows it,
  /// if that is certain.
  mutating func path(
    of exec: borrowing ExecRecord, in directory: ByteSlice, isGone: Bool
  ) -> ByteSlice {
    let named = exec.path
    let inode = exec.fields.inode
    if exec.isMemory { return directories.path(ofMemory: named, &texts, hint: inode) }
    // The names that fexecve(3) makes up say nothing.
    let isMadeUp = named.starts(with: "/dev/fd/") || named.starts(with: "/proc/self/fd/")
    let isCut = named.count >= ExecRecord.pathLimit
    if !isMadeUp, !isCut {
      if named.starts(with: "/") { return texts.slice(named, hint: inode) }
      let whole = directories.path(of: named, in: directory.span, &texts, hint: inode)
      if !whole.isEmpty { return whole }
    }
    let shown =
      isGone ? ByteSlice.empty : files.executable(of: exec.fields.head.pid, inode: inode)
    if !shown.isEmpty { return texts.slice(shown.span, hint: inode) }
    // A part of a path is none, and what was made up for a program that is gone is nobody's.
    return isCut || isMadeUp ? .empty : texts.slice(named, hint: inode)
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
  /// `round` tells one reading of the ring from the others: for so long a parent's directory is not looked up again.
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
    if let known = directories.find(parent: parent, inode: inode, round: round) { return known }
    let shown = files.directory(of: parent, inode: inode)
    let path = texts.slice(shown.span, hint: inode)
    directories.keep(parent: parent, inode: inode, round: round, path)
    return path
  }
}
