// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// Settings of every Swift target: strict, and warnings are errors.
let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
  // So that the linker can leave out and order functions one by one.
  .unsafeFlags(["-Xfrontend", "-function-sections"], .when(configuration: .release)),
]

/// For the modules that define views over borrowed bytes.
let houseWithViews = house + [.enableExperimentalFeature("Lifetimes")]

func systemLibrary(_ name: String, pkgConfig: String? = nil, package: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// The READMEs in a module's component folders, which are no sources.
func readmes(of module: String) -> [String] {
  let folder = Context.packageDirectory + "/Sources/" + module
  let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  return (entries.map { $0 + "/README.md" } + ["README.md"])
    .filter { FileManager.default.fileExists(atPath: folder + "/" + $0) }
}

/// A module; with `probes`, the BPF programs in its folder `Programs` are compiled into it.
func module(
  _ name: String, views: Bool = false, probes: Bool = false, _ dependencies: Target.Dependency...
) -> Target {
  .target(
    name: name, dependencies: dependencies,
    exclude: readmes(of: name) + (probes ? ["Programs"] : []),
    swiftSettings: views ? houseWithViews : house,
    plugins: probes ? ["CompileProbes"] : [])
}

func tests(
  _ name: String, exclude: [String] = [], probes: Bool = false,
  _ dependencies: Target.Dependency...
) -> Target {
  .testTarget(
    name: name + "Tests",
    dependencies: [.target(name: name), "TestSupport"] + dependencies,
    exclude: exclude + (probes ? ["Programs"] : []),
    swiftSettings: houseWithViews,
    plugins: probes ? ["CompileProbes"] : [])
}

/// The functions of the program in the order in which they are to lie.
let functionOrder = Context.packageDirectory + "/Sources/swiftlet/functions.order"

let package = Package(
  name: "swiftlet",
  products: [.executable(name: "swiftlet", targets: ["swiftlet"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // C: system libraries, each imported by exactly one Swift module.
    .target(name: "CCapabilities"),
    .target(name: "CLinux"),
    .target(name: "CMalloc"),
    .target(name: "CProbeEvents"),
    .target(name: "CSockets"),
    systemLibrary("CNghttp2", pkgConfig: "libnghttp2", package: "libnghttp2-dev"),
    systemLibrary("CLibdeflate", pkgConfig: "libdeflate", package: "libdeflate-dev"),
    systemLibrary("CZstd", pkgConfig: "libzstd", package: "libzstd-dev"),
    systemLibrary("CSnappy", pkgConfig: "snappy", package: "libsnappy-dev"),
    systemLibrary("CLz4", pkgConfig: "liblz4", package: "liblz4-dev"),
    systemLibrary("CYAML", pkgConfig: "yaml-0.1", package: "libyaml-dev"),
    systemLibrary("CProtobufC", pkgConfig: "libprotobuf-c", package: "libprotobuf-c-dev"),
    .target(name: "COTLP", dependencies: ["CProtobufC"]),
    .target(name: "CLibbpf", linkerSettings: [.linkedLibrary("bpf")]),
    .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),

    // 0: bytes, queues, own logs and metrics.
    module("Bytes", views: true),
    module("Queues", "CLinux"),
    module("Diagnostics"),

    // 1: protocol engines without I/O.
    module(
      "Compression", views: true, "Bytes", "CLibdeflate", "CZstd", "CSnappy", "CLz4"),
    module("HTTP1", views: true, "Bytes", "HTTPTypes"),
    module("HTTP2", views: true, "Bytes", "HTTPTypes", "CNghttp2"),
    module("HTTPTypes", "Bytes"),
    module("GRPC", views: true, "Bytes", "HTTPTypes"),
    module("Patterns", views: true, "CRE2"),
    module("Prometheus", "Bytes"),
    module("DNS", views: true, "Bytes"),

    // 2: what flows, how it moves, how it is configured.
    module("Telemetry", views: true, "Bytes", "Patterns", "COTLP"),
    module("Sockets", views: true, "Bytes", "Queues", "Diagnostics", "CSockets"),
    module("Configuration", "Bytes", "CYAML"),
    module("Procfs", views: true, "Bytes", "Queues", "CMalloc"),

    module(
      "EBPF", views: true, "Bytes", "Queues", "Diagnostics", "CLibbpf", "CCapabilities"),

    // 3: the contract, the protocol, the transport, who is who on this host.
    module("Components", "Telemetry", "Configuration", "Diagnostics", "Queues", "Bytes"),
    module("OTLP", views: true, "Telemetry", "Bytes", "GRPC", "HTTPTypes"),
    module(
      "Transport", views: true, "Sockets", "HTTP1", "HTTP2", "GRPC", "HTTPTypes", "Compression",
      "Queues", "Bytes", "Diagnostics"),

    module("Identity", views: true, "Procfs", "Bytes", "Telemetry", "Queues", "Diagnostics"),

    // 4: wiring and delivery.
    module("Pipelines", "Components", "Telemetry", "Queues", "Diagnostics", "Configuration"),
    module(
      "ExporterSupport", "Components", "Telemetry", "Queues", "Diagnostics", "Configuration",
      "Bytes"),

    // 5: components.
    module(
      "Receivers", views: true, "Components", "OTLP", "Transport", "Telemetry", "Configuration",
      "Diagnostics", "Queues", "Sockets", "Bytes", "Compression", "GRPC", "HTTPTypes", "Patterns",
      "Procfs", "Identity"),
    module(
      "Processors", views: true, "Components", "Telemetry", "Configuration", "Diagnostics",
      "Queues", "Bytes", "Patterns", "Procfs", "Identity"),
    module(
      "Exporters", views: true, "Components", "ExporterSupport", "OTLP", "Transport", "Telemetry",
      "Configuration", "Diagnostics", "Queues", "Sockets", "Bytes", "Compression", "GRPC",
      "HTTPTypes", "Prometheus"),
    module(
      "Extensions", views: true, "Components", "Transport", "Configuration", "Diagnostics",
      "Queues", "Sockets", "Bytes", "HTTPTypes"),
    module(
      "Probes", views: true, probes: true, "Components", "EBPF", "Identity", "Telemetry",
      "Configuration", "Diagnostics", "Queues", "Bytes", "Procfs", "Patterns", "DNS",
      "CProbeEvents"),

    // 6 and 7: the running whole.
    module(
      "Service", views: true, "Pipelines", "Receivers", "Processors", "Exporters", "Extensions",
      "Probes", "Components", "Configuration", "Diagnostics", "Queues", "Telemetry", "Transport",
      "Sockets", "Bytes", "HTTPTypes", "Procfs", "Identity", "Compression", "GRPC", "OTLP",
      "Prometheus"),
    .executableTarget(
      name: "swiftlet",
      dependencies: [
        "Service", "Configuration",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["functions.order"],
      swiftSettings: house,
      // One file without the Swift runtime's libraries: half the memory, a faster start. Functions that
      // are used together lie together (Benchmarks/order.py), as the kernel maps 64 KiB around each.
      linkerSettings: [
        .unsafeFlags(
          [
            "-static-stdlib", "-l_FoundationCollections", "-l_FoundationCShims", "-Xclang-linker",
            "-no-pie", "-use-ld=lld", "-Xlinker", "--no-export-dynamic", "-Xlinker",
            "--gc-sections",
            "-Xlinker", "--symbol-ordering-file=" + functionOrder, "-Xlinker",
            "--no-warn-symbol-ordering",
          ],
          .when(configuration: .release))
      ]),

    // BPF programs: compiled by the toolchain's clang, embedded as text.
    .executableTarget(name: "embed-probe", swiftSettings: house),
    .plugin(name: "CompileProbes", capability: .buildTool(), dependencies: ["embed-probe"]),

    // Tests mirror Sources.
    .target(name: "CAllocations", path: "Tests/CAllocations"),
    .target(
      name: "TestSupport",
      dependencies: ["Components", "Telemetry", "Queues", "Bytes", "Diagnostics", "Configuration"],
      path: "Tests/TestSupport", exclude: ["Programs"], swiftSettings: houseWithViews),
    tests("Bytes"),
    tests("Queues"),
    tests("Diagnostics"),
    tests("Compression", "Bytes"),
    tests("HTTP1", "Bytes", "HTTPTypes"),
    tests("HTTP2", "Bytes", "HTTPTypes"),
    tests("GRPC", "Bytes", "HTTPTypes"),
    tests("Patterns"),
    tests("Prometheus", "Bytes"),
    tests("DNS", "Bytes"),
    tests("Telemetry", exclude: ["Fixtures"], "Bytes", "Patterns"),
    tests("Components", "Telemetry", "Queues", "Diagnostics", "Bytes"),
    tests("Sockets", "Bytes", "Queues", "Diagnostics"),
    tests("Configuration"),
    tests("Procfs", "Bytes", "Queues"),
    tests("OTLP", exclude: ["Fixtures"], "Telemetry", "Bytes", "GRPC", "HTTPTypes"),
    tests(
      "Transport", "Sockets", "Queues", "Bytes", "HTTPTypes", "GRPC", "Compression", "Diagnostics"),
    tests("Pipelines", "Components", "Telemetry", "Queues", "Diagnostics", "Configuration"),
    tests("ExporterSupport", "Components", "Telemetry", "Queues", "Diagnostics", "Bytes"),
    tests(
      "Receivers", "Components", "Telemetry", "Queues", "Configuration", "Bytes", "Procfs",
      "Diagnostics", "Transport", "Sockets", "GRPC", "HTTPTypes", "Compression", "OTLP",
      "CAllocations"),
    tests(
      "Processors", "Components", "Telemetry", "Queues", "Configuration", "Bytes", "Diagnostics",
      "Identity", "Procfs"),
    tests(
      "Exporters", "Components", "ExporterSupport", "Telemetry", "Queues", "Configuration", "Bytes",
      "Compression", "Diagnostics", "Prometheus", "Transport", "Sockets", "GRPC", "HTTPTypes"),
    tests(
      "Extensions", "Components", "Configuration", "Diagnostics", "Queues", "Transport", "Sockets",
      "HTTPTypes", "Bytes"),
    tests(
      "Service", "Components", "Configuration", "Diagnostics", "Pipelines", "Queues", "Transport",
      "Sockets", "HTTPTypes", "Bytes", "Telemetry", "Prometheus", "Compression", "GRPC", "OTLP"),
    tests("EBPF", probes: true, "Bytes", "Queues", "Diagnostics"),
    tests("Identity", "Procfs", "Bytes", "Telemetry", "Queues", "Diagnostics"),
    tests(
      "Probes", probes: true, "Components", "EBPF", "Identity", "Telemetry", "Configuration",
      "Diagnostics", "Queues", "Bytes", "Procfs", "DNS", "CProbeEvents"),
    .testTarget(name: "LayeringTests", swiftSettings: house),
  ],
  cxxLanguageStandard: .cxx17
)
