internal import EBPF
internal import Glibc

/// A capability's programs in the kernel; letting it go detaches and unloads them.
final class LoadedProbe {
  private let object: BPFObject
  private let descriptors: DescriptorShare
  private var links: [LinkBox] = []
  /// By duty, the program that does it.
  private(set) var programs: [String: String] = [:]

  /// Keeps a link, which an array cannot hold by itself.
  private final class LinkBox {
    let link: BPFLink

    init(_ link: consuming BPFLink) {
      self.link = link
    }
  }

  /// The owner of a loaded object, and of the descriptors that it takes.
  init(_ object: consuming BPFObject, _ descriptors: DescriptorShare) {
    self.object = object
    self.descriptors = descriptors
  }

  /// One of the object's maps.
  func map(_ name: String) throws(BPFError) -> BPFMap {
    try object.map(name)
  }

  /// The iterator that does `duty`; nil where it could not be loaded.
  func iterator(_ duty: String) throws(BPFError) -> BPFIterator? {
    guard let program = programs[duty] else { return nil }
    return try object.iterator(program)
  }

  /// Whether a program does `duty`.
  func does(_ duty: String) -> Bool { programs[duty] != nil }

  /// How often the program that does `duty` ran and for how long in sum, both 0 unless the system counts it, and how
  /// often the kernel left it out.
  func runStatistics(_ duty: String) -> (count: UInt64, nanoseconds: UInt64, misses: UInt64)? {
    programs[duty].flatMap { object.runStatistics($0) }
  }

  /// Detaches all programs; maps and iterators stay.
  func detach() { links = [] }

  /// Attaches the variant that was loaded for `duty`.
  func attach(_ variant: ProgramSpec.Variant, for duty: String, controlGroup: String?)
    throws(BPFError)
  {
    switch variant.hook {
    case .tracepoint: links.append(LinkBox(try object.attach(variant.program)))
    case .iterator, .manual: break
    case .controlGroup:
      guard let controlGroup else {
        throw BPFError("attach \(variant.program): no control groups of version 2", code: ENOENT)
      }
      // The path is read during the call only.
      let descriptor = unsafe open(controlGroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard descriptor >= 0 else { throw BPFError("open \(controlGroup)", code: errno) }
      defer { close(descriptor) }
      links.append(
        LinkBox(try object.attach(variant.program, toControlGroup: descriptor)))
    }
    programs[duty] = variant.program
  }
}
