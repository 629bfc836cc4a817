internal import Telemetry

/// What can be told of a sender.
enum SenderAttribute: String, Sendable, CaseIterable {
  case pid = "process.pid"
  case creationTime = "process.creation.time"
  case executableName = "process.executable.name"
  case executablePath = "process.executable.path"
  case owner = "process.owner"
  case containerID = "container.id"
  case podUID = "k8s.pod.uid"
  case serviceName = "service.name"

  var key: AttributeKey { AttributeKey(rawValue) }
}
