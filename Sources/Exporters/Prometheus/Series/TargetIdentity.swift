internal import Bytes
internal import Telemetry

/// Job and instance of a resource; specification "Prometheus and OpenMetrics Compatibility",
/// resource attributes.
struct TargetIdentity {
  /// The attributes that identify a target.
  static let keys = ["service.name", "service.namespace", "service.instance.id"].map {
    Array($0.utf8)
  }

  private var job: [UInt8] = []
  private var instance: [UInt8] = []

  init(_ resource: ResourceView) {
    var (name, namespace): ([UInt8], [UInt8]) = ([], [])
    var attributes = resource.attributes
    while let attribute = attributes.next() {
      if attribute.key.isEqual(to: "service.name") {
        name = AttributeText.text(of: attribute.value)
      } else if attribute.key.isEqual(to: "service.namespace") {
        namespace = AttributeText.text(of: attribute.value)
      } else if attribute.key.isEqual(to: "service.instance.id") {
        instance = AttributeText.text(of: attribute.value)
      }
    }
    if !name.isEmpty {
      job = namespace.isEmpty ? name : namespace + [UInt8(ascii: "/")] + name
    }
  }

  /// What tells targets apart; nil where the resource names neither.
  var hash: UInt64? {
    guard !job.isEmpty || !instance.isEmpty else { return nil }
    var hash = KeyHash()
    hash.combine(job.span)
    hash.combine(instance.span)
    return hash.value
  }

  /// Adds `job` and `instance`; a constant label of the name stays.
  func addLabels(to labels: inout LabelCollection) {
    labels.addUnlessPresent(name: "job", value: job)
    labels.addUnlessPresent(name: "instance", value: instance)
  }
}
