internal import Foundation

/// Runs clang and objcopy.
struct ProbeCompiler {
  let clang: String
  let objcopy: String
  let includes: [String]

  /// Why a tool failed.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// The stripped object of a program for one architecture, with its BTF; `path` is for passing.
  func object(of source: String, for architecture: String, at path: String) throws -> Data {
    try checkTarget()
    // Instructions of version 3 run from Linux 5.1 on, those of version 4 only from 6.6 on.
    let flags = [
      "-g", "-O2", "-target", "bpf", "-mcpu=v3", "-Wall", "-Werror",
      "-D__TARGET_ARCH_\(architecture)",
    ]
    try run(
      clang,
      flags + includes.flatMap { ["-I", $0] } + systemIncludes.flatMap { ["-idirafter", $0] }
        + ["-c", source, "-o", path])
    // Without the debugger's sections an object is half as large; BTF stays.
    try run(objcopy, ["-g", path])
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try Data(contentsOf: URL(fileURLWithPath: path))
  }

  /// Where Debian keeps the headers of this machine's architecture, which the kernel's need.
  private var systemIncludes: [String] {
    ["x86_64", "aarch64"].map { "/usr/include/\($0)-linux-gnu" }
      .filter { FileManager.default.fileExists(atPath: $0) }
  }

  private func checkTarget() throws {
    let targets = try run(clang, ["-print-targets"])
    guard targets.contains("bpf ") || targets.contains("bpf\n") else {
      throw Failure(
        description: "\(clang) cannot compile BPF programs: it lacks the target bpf; "
          + "use a Swift toolchain from swift.org, whose clang has it")
    }
  }

  @discardableResult
  private func run(_ tool: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: tool)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(description: "\(tool) ended with status \(process.terminationStatus)")
    }
    return String(decoding: output, as: UTF8.self)
  }
}
