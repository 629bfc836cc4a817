internal import Bytes
internal import CProbeEvents
internal import Telemetry

/// What an image has in common with its siblings: rights, namespaces, and where it comes from.
///
/// A shell's children differ in little: their attributes are encoded once and copied.
struct ImageSetting: Equatable {
  let capabilities: UInt64
  let parentStart: UInt64
  let parentPID: UInt32
  let parentSequence: UInt32
  let user: UInt32
  let realUser: UInt32
  let savedUser: UInt32
  let group: UInt32
  let loginUser: UInt32
  let setuid: UInt32
  let setgid: UInt32
  let pidNamespace: UInt32
  let mountNamespace: UInt32
  let networkNamespace: UInt32
  let userNamespace: UInt32
  let isInteractive: Bool
  /// Changes when an ancestor may have another image than before.
  let generation: UInt64

  /// The setting of a record's image.
  init(of record: borrowing ExecRecord, generation: UInt64) {
    let fields = record.fields
    capabilities = fields.capabilities
    parentStart = fields.parent_start
    parentPID = fields.parent_pid
    parentSequence = fields.parent_exec_seq
    user = fields.effective_uid
    realUser = fields.head.uid
    savedUser = fields.saved_uid
    group = fields.effective_gid
    loginUser = fields.login_uid
    setuid = fields.setuid
    setgid = fields.setgid
    pidNamespace = fields.pid_namespace
    mountNamespace = fields.mount_namespace
    networkNamespace = fields.network_namespace
    userNamespace = fields.user_namespace
    isInteractive = fields.tty != 0
    self.generation = generation
  }
}

/// The encoded attributes of settings that were written lately.
struct KnownSettings {
  private static let slotCount = 64
  private var settings = [ImageSetting?](repeating: nil, count: KnownSettings.slotCount)
  private var encoded = [ByteSlice](repeating: .empty, count: KnownSettings.slotCount)

  /// Tells what is kept from all that was kept before in its place.
  private var numbers = [UInt64](repeating: 0, count: KnownSettings.slotCount)
  private var lastNumber: UInt64 = 0

  /// Where the setting is that was found last.
  private var found = 0

  /// The number of the setting that was found last: another has another.
  var number: UInt64 { numbers[found] }

  /// Whether the attributes of the setting are kept; then they are what `append` appends.
  mutating func find(_ setting: ImageSetting) -> Bool {
    found = KnownSettings.slot(setting)
    return settings[found] == setting
  }

  /// Appends the attributes of the setting that was found last.
  func append(to logs: inout LogsWriter) {
    let attributes = encoded[found]
    logs.attributes(attributes.span)
  }

  /// Keeps the attributes of the setting in place of another's.
  mutating func keep(_ attributes: ByteSlice, of setting: ImageSetting) {
    let slot = KnownSettings.slot(setting)
    settings[slot] = setting
    encoded[slot] = attributes
    lastNumber += 1
    numbers[slot] = lastNumber
  }

  private static func slot(_ setting: ImageSetting) -> Int {
    Int(setting.parentPID) & (slotCount - 1)
  }
}
