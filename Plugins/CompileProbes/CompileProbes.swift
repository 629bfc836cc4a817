import Foundation
import PackagePlugin

/// Compiles the BPF programs in a target's folder `Programs` into one Swift file each.
@main
struct CompileProbes: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let shared = [
      "Sources/Probes/Programs", "Sources/CProbeEvents/include", "Tests/TestSupport/Programs",
    ].map { context.package.directoryURL.appending(path: $0) }
    let programs = target.directoryURL.appending(path: "Programs")
    let headers = try (shared + [programs]).flatMap { try files(in: $0, ending: ".h") }
    let clang = try context.tool(named: "clang").url
    let objcopy = try context.tool(named: "llvm-objcopy").url
    let embed = try context.tool(named: "embed-probe").url
    return try files(in: programs, ending: ".bpf.c").map { source in
      let name = String(source.lastPathComponent.dropLast(".bpf.c".count))
      let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedProbe+\(name).swift")
      return .buildCommand(
        displayName: "Compiling BPF program \(name)", executable: embed,
        arguments: [clang.path, objcopy.path, name, source.path, output.path] + shared.map(\.path),
        inputFiles: [source] + headers, outputFiles: [output])
    }
  }

  private func files(in folder: URL, ending: String) throws -> [URL] {
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.lastPathComponent.hasSuffix(ending) }
      .sorted { $0.path < $1.path }
  }
}
