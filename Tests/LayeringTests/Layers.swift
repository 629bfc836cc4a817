/// The order of the modules: a module imports only modules of the rows above its own.
enum Layers {
  static let rows: [[String]] = [
    ["Bytes", "Queues", "Diagnostics"],
    ["HTTPTypes"],
    engines,
    ["Telemetry", "Sockets", "Configuration", "Procfs", "EBPF"],
    ["Components", "OTLP", "Transport", "Identity"],
    ["Pipelines", "ExporterSupport"],
    components,
    ["Service"],
    ["swiftlet"],
    ["embed-probe"],
  ]

  /// The protocol engines, which do no I/O.
  static let engines = [
    "Compression", "HTTP1", "HTTP2", "GRPC", "Patterns", "Prometheus", "DNS",
  ]

  /// The modules of components, which know neither one another nor the graph.
  static let components = [
    "Receivers", "Processors", "Exporters", "Extensions", "Probes",
  ]

  /// The modules of the toolchain that a module may import.
  static let toolchain: Set<String> = ["Dispatch", "Glibc", "Swift", "Synchronization"]

  /// What a module may import from outside the package and the toolchain.
  static let packages: [String: Set<String>] = [
    "swiftlet": ["ArgumentParser"],
    // A tool of the build, no part of the collector.
    "embed-probe": ["Foundation"],
  ]

  /// The row of a module of ours; nil where the table does not have it.
  static func row(of module: String) -> Int? {
    rows.firstIndex { $0.contains(module) }
  }

  /// Whether the table lets `module` use `other`, both ours.
  static func allows(_ module: String, _ other: String) -> Bool {
    guard let row = row(of: module), let otherRow = Self.row(of: other), otherRow < row else {
      return false
    }
    return !(components.contains(module) && other == "Pipelines")
  }
}
