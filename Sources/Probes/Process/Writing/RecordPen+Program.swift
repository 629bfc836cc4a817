internal import Bytes
internal import Identity
internal import Telemetry

extension RecordPen {
  /// Writes the program's name and path, as far as they are known, and the command's name where none is.
  mutating func program(_ program: ProcessProgram, command: Span<UInt8>) {
    if !program.name.isEmpty {
      let attributes = program.attributes.bytes
      put(attributes.span)
    } else if !command.isEmpty {
      attribute("process.executable.name", command)
    }
  }

  /// Writes the program's name as a text, or the command's where that is not known.
  mutating func name(_ program: ProcessProgram, command: Span<UInt8>) {
    let name = program.name
    put(text: name.isEmpty ? command : name.span)
  }

  /// Writes an attribute with a text, if there is one.
  mutating func attribute(_ key: StaticString, unlessEmpty text: ByteSlice) {
    if !text.isEmpty { attribute(key, text.span) }
  }

  /// Begins an attribute with the id of an image, whose three numbers follow with hyphens between them.
  @inline(__always)
  mutating func openExecID(
    _ key: StaticString, _ ids: ExecID, _ pid: UInt64, _ ticks: UInt64, _ sequence: UInt64
  ) {
    let digitCount =
      pid.decimalDigitCount + ticks.decimalDigitCount + sequence.decimalDigitCount
    open(key, textByteCount: ids.prefix.count + digitCount + 2)
    put(ids.prefix.span)
  }
}
