internal import Components
internal import Configuration

/// The exporters whose options make senders wait for the outcome of sending.
///
/// Without a queue, or with `wait_for_result`, users of the reference collector rely on senders
/// hearing what became of their telemetry.
struct ExporterWaiting {
  private let exporters: Set<ComponentID>

  /// Those of the whole configuration `root`.
  init(_ root: ConfigNode) {
    guard case .mapping(let sections) = root.content,
      case .mapping(let all)? = sections.last(where: { $0.key == "exporters" })?.value.content
    else {
      exporters = []
      return
    }
    exporters = Set(
      all.filter { ExporterWaiting.waits($0.value) }.compactMap { ComponentID($0.key) })
  }

  /// Whether all of `ids` wait: where one only queues, its senders would wait for nothing they
  /// asked for.
  func includesAll(_ ids: [ComponentID]) -> Bool {
    !ids.isEmpty && ids.allSatisfy(exporters.contains)
  }

  private static func waits(_ exporter: ConfigNode) -> Bool {
    guard case .mapping(let options) = exporter.content,
      case .mapping(let queue)? = options.last(where: { $0.key == "sending_queue" })?.value.content
    else { return false }
    func flag(_ key: String) -> Bool? {
      guard case .bool(let value, _)? = queue.last(where: { $0.key == key })?.value.content else {
        return nil
      }
      return value
    }
    return flag("enabled") == false || flag("wait_for_result") == true
  }
}
