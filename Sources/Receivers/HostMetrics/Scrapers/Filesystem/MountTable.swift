internal import Bytes
internal import Configuration
internal import Procfs
internal import Telemetry

/// Which mounts are wanted.
struct FilesystemFilters: Sendable {
  /// Whether file systems without a device count, such as tmpfs and overlay.
  var includesVirtual = false
  var devices = NameSelection.all
  var types = NameSelection.all
  var mountPoints = NameSelection.all

  /// Every file system that has a device.
  init() {}

  /// Reads the filters from the scraper's section.
  init(from section: ConfigSection) {
    includesVirtual = section.bool("include_virtual_filesystems", default: false)
    devices = NameSelection(list: "devices", suffix: "_devices", from: section)
    types = NameSelection(list: "fs_types", suffix: "_fs_types", from: section)
    mountPoints = NameSelection(list: "mount_points", suffix: "_mount_points", from: section)
  }
}

/// A mounted file system; texts are ranges of the table's bytes.
struct Mount: Equatable {
  let device: Range<Int>
  let mountPoint: Range<Int>
  let type: Range<Int>
  let isReadOnly: Bool
}

/// The wanted mounts of a mountinfo file (proc(5)), each once.
struct MountTable {
  /// A table has at most this many mounts; the others are passed over.
  static let countLimit = 4096

  /// The mounts in the order of the file.
  private(set) var all: [Mount] = []
  private var texts: [UInt8] = []
  private var kinds: [UInt8] = []

  /// The bytes of one of a mount's texts.
  @_lifetime(borrow self)
  func bytes(of range: Range<Int>) -> Span<UInt8> {
    texts.span.extracting(range)
  }

  /// Gives the next point the attributes of the mount at `index`.
  func writeAttributes(of index: Int, to out: inout MetricsWriter) {
    let mount = all[index]
    out.attribute("device", bytes(of: mount.device))
    out.attribute("mode", mount.isReadOnly ? "ro" : "rw")
    out.attribute("mountpoint", bytes(of: mount.mountPoint))
    out.attribute("type", bytes(of: mount.type))
  }

  /// Appends one of a mount's texts to `path`.
  func append(_ range: Range<Int>, to path: inout [UInt8]) {
    path.append(contentsOf: texts[range])
  }

  /// Keeps the text of /proc/filesystems, which tells the types that have a device.
  mutating func readKinds(_ text: Span<UInt8>) {
    kinds.removeAll(keepingCapacity: true)
    for index in text.indices { kinds.append(text[index]) }
  }

  /// Reads the wanted mounts from the text of a mountinfo file; other lines are passed over.
  mutating func read(_ text: Span<UInt8>, _ filters: FilesystemFilters) {
    all.removeAll(keepingCapacity: true)
    texts.removeAll(keepingCapacity: true)
    var cursor = TextCursor(text)
    repeat {
      let mark = texts.count
      guard all.count < MountTable.countLimit, let mount = readMount(&cursor),
        isWanted(mount, filters), !isKnown(mount)
      else {
        texts.removeLast(texts.count - mark)
        continue
      }
      all.append(mount)
    } while cursor.nextLine()
  }

  /// Reads a line: `id parent device root point options tags... - type source options`.
  private mutating func readMount(_ cursor: inout TextCursor) -> Mount? {
    cursor.skipWords(4)
    let mountPoint = append(cursor.word())
    let options = cursor.word()
    let isReadOnly = options.isEqual(to: "ro") || options.starts(with: "ro,")
    while true {
      let tag = cursor.word()
      if tag.isEmpty { return nil }
      if tag.isEqual(to: "-") { break }
    }
    let type = append(cursor.word())
    let device = append(cursor.word())
    guard !mountPoint.isEmpty, !type.isEmpty, !device.isEmpty else { return nil }
    return Mount(device: device, mountPoint: mountPoint, type: type, isReadOnly: isReadOnly)
  }

  private func isWanted(_ mount: Mount, _ filters: FilesystemFilters) -> Bool {
    (filters.includesVirtual || hasDevice(bytes(of: mount.type)))
      && filters.devices.includes(bytes(of: mount.device))
      && filters.types.includes(bytes(of: mount.type))
      && filters.mountPoints.includes(bytes(of: mount.mountPoint))
  }

  /// Whether a mount on the same point was read before, which this one covers or repeats.
  private func isKnown(_ mount: Mount) -> Bool {
    for other in all
    where bytes(of: other.mountPoint).isEqual(to: bytes(of: mount.mountPoint))
      && bytes(of: other.device).isEqual(to: bytes(of: mount.device))
    {
      return true
    }
    return false
  }

  /// Whether file systems of the type lie on a device; ZFS has disks, though it is listed without.
  private func hasDevice(_ type: Span<UInt8>) -> Bool {
    if type.isEqual(to: "zfs") { return true }
    var cursor = TextCursor(kinds.span)
    repeat {
      if cursor.word().isEqual(to: type) { return true }
    } while cursor.nextLine()
    return false
  }

  /// Appends a text, whose blanks and the like are written as three octal digits.
  private mutating func append(_ text: Span<UInt8>) -> Range<Int> {
    let start = texts.count
    var index = 0
    while index < text.count {
      if text[index] == UInt8(ascii: "\\"), let byte = MountTable.octal(text, at: index + 1) {
        texts.append(byte)
        index += 4
      } else {
        texts.append(text[index])
        index += 1
      }
    }
    return start..<texts.count
  }

  private static func octal(_ text: Span<UInt8>, at start: Int) -> UInt8? {
    guard start + 3 <= text.count else { return nil }
    var value = 0
    for index in start..<start + 3 {
      guard text[index] &- 0x30 <= 7 else { return nil }
      value = value << 3 | Int(text[index] - 0x30)
    }
    // A zero byte would end the path early.
    return value > 0 ? UInt8(exactly: value) : nil
  }
}
