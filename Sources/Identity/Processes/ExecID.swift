public import Bytes
internal import Procfs

/// Names one image of one process, the same whenever the collector is started.
///
/// The text is `boot-pid-ticks-sequence`: the boot's id in 32 hexadecimal digits, the process key, and how many images
/// the process and those it came from have run.
public struct ExecID: Sendable {
  /// The id of this boot in 32 hexadecimal digits; empty where the kernel does not tell it.
  public static let bootID = ExecID.readBootID()

  /// What all ids of the boot begin with: its id and a dash.
  public let prefix: ByteSlice

  /// The ids of the boot with this id.
  public init(boot: String = ExecID.bootID) {
    prefix = ByteSlice(boot + "-")
  }

  /// The most bytes of a text.
  public static let byteLimit = 32 + 1 + 10 + 1 + 20 + 1 + 10

  /// Appends the id of the image `sequence` of the process.
  public func append(_ key: ProcessKey, sequence: UInt32, to buffer: inout ByteBuffer) {
    buffer.append(prefix)
    buffer.appendDecimal(UInt64(key.pid))
    buffer.append(UInt8(ascii: "-"))
    buffer.appendDecimal(key.startTicks)
    buffer.append(UInt8(ascii: "-"))
    buffer.appendDecimal(UInt64(sequence))
  }

  /// The id of the image `sequence` of the process.
  public func text(_ key: ProcessKey, sequence: UInt32) -> String {
    var buffer = ByteBuffer(minimumCapacity: ExecID.byteLimit)
    append(key, sequence: sequence, to: &buffer)
    return String(copying: buffer.span)
  }

  private static func readBootID() -> String {
    var file = KernelFile()
    guard (try? file.read("/proc/sys/kernel/random/boot_id")) != nil else { return "" }
    let text = String(copying: file.text)
    return String(text.filter { $0.isHexDigit }.prefix(32))
  }
}
