internal import Foundation

/// Compiles one BPF program for every architecture and writes the objects as a Swift file.
///
/// Arguments: clang, llvm-objcopy, the probe's name, the source, the output, the include folders.
@main
enum EmbedProbe {
  /// What Swift and the programs' headers call the architectures.
  private static let architectures = [("x86_64", "x86"), ("arm64", "arm64")]

  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count >= 5 else {
      fail("usage: embed-probe CLANG OBJCOPY NAME SOURCE OUTPUT INCLUDE...")
    }
    let compiler = ProbeCompiler(
      clang: arguments[0], objcopy: arguments[1], includes: Array(arguments.dropFirst(5)))
    let output = URL(fileURLWithPath: arguments[4])
    do {
      try FileManager.default.createDirectory(
        at: output.deletingLastPathComponent(), withIntermediateDirectories: true)
      let objects = try architectures.map { swift, define in
        (
          swift,
          try compiler.object(
            of: arguments[3], for: define, at: output.path + ".\(swift).o"
          ).base64EncodedString()
        )
      }
      try Data(text(name: arguments[2], objects).utf8).write(to: output)
    } catch {
      fail("\(arguments[3]): \(error)")
    }
  }

  private static func text(name: String, _ objects: [(architecture: String, base64: String)])
    -> String
  {
    var text = """
      // Made by embed-probe from \(name).bpf.c.
      internal import EBPF

      extension EmbeddedProbe {
        static let \(name) = EmbeddedProbe(name: "\(name)", base64: \(name)Object)
      }


      """
    for (index, object) in objects.enumerated() {
      text += "#\(index == 0 ? "if" : "elseif") arch(\(object.architecture))\n"
      text += "private let \(name)Object: StaticString = \"\(object.base64)\"\n"
    }
    return text + "#endif\n"
  }

  private static func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("embed-probe: \(message)\n".utf8))
    exit(1)
  }
}
