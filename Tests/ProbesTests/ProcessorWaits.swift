import Glibc

/// How long threads that could run had to wait for a processor.
enum ProcessorWaits {
  /// The time in which any thread of the system waited, since it began; zero where the kernel does not tell.
  static var total: Duration {
    guard let file = unsafe fopen("/proc/pressure/cpu", "r") else { return .zero }
    defer { unsafe fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    guard unsafe fgets(&line, 256, file) != nil else { return .zero }
    let text = String(
      decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let number = text.split(separator: "=").last ?? ""
    return .microseconds(Int(number.filter(\.isNumber)) ?? 0)
  }
}
