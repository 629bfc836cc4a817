internal import Bytes
internal import Identity

/// The resources of programs that ran lately in processes which had ended when they were told of.
///
/// Of such a process nothing but its program and its control group is known, so others with the same have the same resource:
/// finding it out anew from the table would take more than the rest of the table's work.
struct KnownKinds {
  private static let slotCount = 64

  private struct Kind {
    var path = ByteSlice.empty
    var command = ByteSlice.empty
    var cgroup: UInt64 = 0
    var resource: ProcessResource?
  }

  private var kinds = [Kind](repeating: Kind(), count: KnownKinds.slotCount)

  /// The resource of a program in a control group; nil where it is not kept.
  ///
  /// `hint` is as likely the same as the program is.
  func find(_ image: ProcessImage, hint: UInt64) -> ProcessResource? {
    let slot = KnownKinds.slot(hint)
    guard kinds[slot].cgroup == image.cgroupID, kinds[slot].path == image.executablePath,
      kinds[slot].command == image.command
    else { return nil }
    return kinds[slot].resource
  }

  /// Keeps the resource of a program in a control group, both of which are known.
  mutating func keep(_ resource: ProcessResource, of image: ProcessImage, hint: UInt64) {
    guard image.cgroupID != 0, !image.executablePath.isEmpty else { return }
    kinds[KnownKinds.slot(hint)] = Kind(
      path: image.executablePath, command: image.command, cgroup: image.cgroupID,
      resource: resource)
  }

  /// Forgets all: what is known of control groups has changed.
  mutating func removeAll() {
    for slot in kinds.indices { kinds[slot] = Kind() }
  }

  private static func slot(_ hint: UInt64) -> Int {
    Int(truncatingIfNeeded: (hint ^ hint >> 6) & UInt64(slotCount - 1))
  }
}
