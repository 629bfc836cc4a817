internal import Bytes
internal import Telemetry

/// What processes of one service in one container have in common: the resource of what is told of them.
///
/// Processes share it: records of the same object belong under one OTLP resource.
public final class ProcessResource: Sendable {
  struct Key: Hashable {
    let service: ServiceName?
    let containerID: String?
    let podUID: String?
  }

  /// The service's name and where it was found; nil where nothing tells it.
  public let service: ServiceName?
  /// The id of the container.
  public let containerID: String?
  /// The uid of the Kubernetes pod.
  public let podUID: String?
  /// `service.name`, `container.id` and `k8s.pod.uid`, as far as they are known, for a resource.
  public let attributes: AttributeBytes

  init(_ key: Key) {
    service = key.service
    containerID = key.containerID
    podUID = key.podUID
    var buffer = ByteBuffer(minimumCapacity: 160)
    let field = AttributeBytes.resourceField
    if let service {
      buffer.appendAttribute("service.name", service.text.utf8Span.span, as: field)
    }
    if let containerID {
      buffer.appendAttribute("container.id", containerID.utf8Span.span, as: field)
    }
    if let podUID { buffer.appendAttribute("k8s.pod.uid", podUID.utf8Span.span, as: field) }
    attributes = AttributeBytes(&buffer, field: field)
  }
}
