internal import Bytes
internal import Identity

/// The resources of programs that ran lately in processes which had ended when they were told of.
///
/// Of such a process nothing but its program and its control group is known, so others with the same have the same resource:
/// finding it out anew from the table would take more than the rest of the table's work.
struct KnownKinds {
  private static let slotCount = 64

  private struct Kind {
    let program: ProcessProgram
    let cgroup: UInt64
    let resource: ProcessResource
  }

  private var kinds = [Kind?](repeating: nil, count: KnownKinds.slotCount)

  /// The resource of a program in a control group; nil where it is not kept.
  func find(_ image: ProcessImage) -> ProcessResource? {
    guard let kind = kinds[KnownKinds.slot(image)], kind.cgroup == image.cgroupID,
      kind.program === image.program
    else { return nil }
    return kind.resource
  }

  /// Keeps the resource of a program in a control group, both of which are known.
  mutating func keep(_ resource: ProcessResource, of image: ProcessImage) {
    guard image.cgroupID != 0, !image.program.path.isEmpty else { return }
    kinds[KnownKinds.slot(image)] = Kind(
      program: image.program, cgroup: image.cgroupID, resource: resource)
  }

  /// Forgets all: what is known of control groups has changed.
  mutating func removeAll() {
    for slot in kinds.indices { kinds[slot] = nil }
  }

  private static func slot(_ image: ProcessImage) -> Int {
    image.program.spread & (slotCount - 1)
  }
}
