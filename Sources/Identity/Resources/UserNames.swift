public import Bytes
internal import Glibc

/// The names of users by number, each asked for once.
///
/// The system may ask a directory over the network for a name: not for shards.
public struct UserNames {
  /// No more names than this are kept.
  public static let countLimit = 4096

  private var names: [UInt32: ByteSlice?] = [:]

  /// Nothing is known yet.
  public init() {}

  /// The name of the user; nil where the system has none for the number.
  public mutating func name(of user: UInt32) -> ByteSlice? {
    if let known = names[user] { return known }
    if names.count >= UserNames.countLimit { names.removeAll() }
    let name = UserNames.look(up: user).map { ByteSlice($0) }
    names[user] = .some(name)
    return name
  }

  /// The name of the user, asked for now; nil where the system has none for the number.
  public static func look(up user: UInt32) -> String? {
    var entry = unsafe passwd()
    var room = [CChar](repeating: 0, count: 16 << 10)
    var found: UnsafeMutablePointer<passwd>?
    // The name points into `room`, and is copied before the end.
    return unsafe room.withUnsafeMutableBufferPointer { room in
      guard let base = room.baseAddress,
        unsafe getpwuid_r(user, &entry, base, room.count, &found) == 0,
        let found = unsafe found, let name = unsafe found.pointee.pw_name
      else { return nil }
      return unsafe String(cString: name)
    }
  }
}
