/// The detectors of this build; the raw value is the name in the configuration.
enum DetectorKind: String, CaseIterable, Sendable {
  /// OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME.
  case env
  /// The host and its operating system.
  case system
  /// The operating system alone.
  case os
  /// The collector's own process.
  case process
  /// The container that the collector runs in.
  case container
  /// The host that runs the docker daemon.
  case docker

  /// Detectors that other collectors have.
  static let foreign = [
    "akamai", "aks", "alibaba_ecs", "azure", "consul", "digitalocean", "dynatrace", "ec2", "ecs",
    "eks", "elastic_beanstalk", "elasticbeanstalk", "gcp", "heroku", "hetzner", "k8s_api",
    "k8snode", "kubeadm", "lambda", "nova", "openshift", "oraclecloud", "scaleway", "tencent_cvm",
    "upcloud", "vultr",
  ]

  /// The attributes that can be switched, each with whether it is on by default.
  var attributes: [(name: String, isOnByDefault: Bool)] {
    switch self {
    case .env: []
    case .system:
      [
        ("host.name", true), ("os.type", true), ("host.id", false), ("host.arch", false),
        ("host.ip", false), ("host.mac", false), ("host.cpu.vendor.id", false),
        ("host.cpu.family", false), ("host.cpu.model.id", false), ("host.cpu.model.name", false),
        ("host.cpu.stepping", false), ("host.cpu.cache.l2.size", false),
        ("host.interface", false), ("os.description", false), ("os.name", false),
        ("os.version", false), ("os.build.id", false),
      ]
    case .os:
      [
        ("os.type", true), ("os.description", true), ("os.name", true), ("os.version", true),
        ("os.build.id", false),
      ]
    case .process:
      [
        ("process.pid", true), ("process.executable.name", true),
        ("process.executable.path", true), ("process.command_args", true),
        ("process.owner", true),
      ]
    case .container: [("container.id", true)]
    case .docker: [("host.name", true), ("os.type", true)]
    }
  }
}
