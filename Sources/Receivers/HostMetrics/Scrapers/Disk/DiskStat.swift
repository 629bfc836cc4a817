internal import Bytes
internal import Procfs

/// A line of /proc/diskstats: what a block device has done since boot.
struct DiskStat: Equatable {
  /// The kernel counts in sectors of this size whatever the device has.
  static let sectorByteCount: UInt64 = 512

  /// Where the device's name is in the text.
  let name: Range<Int>
  let reads: UInt64
  let readsMerged: UInt64
  let sectorsRead: UInt64
  let readMilliseconds: UInt64
  let writes: UInt64
  let writesMerged: UInt64
  let sectorsWritten: UInt64
  let writeMilliseconds: UInt64
  let pending: UInt64
  let busyMilliseconds: UInt64
  let weightedMilliseconds: UInt64

  /// Reads the line at which `cursor` stands; nil where it has not the fields.
  init?(_ cursor: inout TextCursor) {
    cursor.skipWords(2)
    name = cursor.wordRange()
    guard !name.isEmpty, let reads = cursor.number(), let readsMerged = cursor.number(),
      let sectorsRead = cursor.number(), let readMilliseconds = cursor.number(),
      let writes = cursor.number(), let writesMerged = cursor.number(),
      let sectorsWritten = cursor.number(), let writeMilliseconds = cursor.number(),
      let pending = cursor.number(), let busyMilliseconds = cursor.number(),
      let weightedMilliseconds = cursor.number()
    else { return nil }
    self.reads = reads
    self.readsMerged = readsMerged
    self.sectorsRead = sectorsRead
    self.readMilliseconds = readMilliseconds
    self.writes = writes
    self.writesMerged = writesMerged
    self.sectorsWritten = sectorsWritten
    self.writeMilliseconds = writeMilliseconds
    self.pending = pending
    self.busyMilliseconds = busyMilliseconds
    self.weightedMilliseconds = weightedMilliseconds
  }
}
