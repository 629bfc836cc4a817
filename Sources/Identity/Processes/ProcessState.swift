internal import Bytes
internal import Queues

/// What is known of a process at the moment, and what was asked for.
struct ProcessState {
  var parent: ProcessKey?
  var parentPID: UInt32
  var program: ProcessProgram
  var user: UInt32?
  var cgroup: Cgroup?
  var cgroupID: UInt64
  var execSequence: UInt32?
  var innermostPID: UInt32 = 0
  var isGone = false
  var exitTime: MonotonicTime?
  /// Whether it was looked up since the eviction's hand came by.
  var wasUsed = false
  var hasTriedCgroup = false
  var hasTriedProc = false
  var cachedAttributes: AttributeBytes?
  var cachedResource: ProcessResource?

  /// What `image` tells.
  init(_ image: borrowing ProcessImage) {
    parent = image.parent
    parentPID = image.parent?.pid ?? image.parentPID
    program = image.program
    user = image.user
    cgroupID = image.cgroupID
    execSequence = image.execSequence
  }

  /// Takes over what `image` knows; the rest stays.
  mutating func update(_ image: borrowing ProcessImage) {
    if let parent = image.parent { self.parent = parent }
    if image.parentPID != 0 {
      parentPID = image.parentPID
    } else if let parent {
      parentPID = parent.pid
    }
    program = program.updated(by: image.program)
    if let user = image.user { self.user = user }
    if let sequence = image.execSequence { execSequence = sequence }
    if image.cgroupID != 0, image.cgroupID != cgroupID {
      cgroupID = image.cgroupID
      cgroup = nil
      hasTriedCgroup = false
      cachedResource = nil
    }
    cachedAttributes = nil
  }

  /// Takes over another program: what `image` leaves open of it is not known.
  mutating func replaceProgram(_ image: borrowing ProcessImage) {
    update(image)
    program = image.program
    cachedResource = nil
    // What /proc tells of the number may be of yet another program.
    if program.path.isEmpty { hasTriedProc = true }
  }
}
