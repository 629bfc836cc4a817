/// The resources that processes share, and the names of their containers.
struct ProcessResources {
  /// No more resources or names than this are kept for others to share.
  static let countLimit = 4096

  private var resources: [ProcessResource.Key: ProcessResource] = [:]
  private var containerNames: [String: String?] = [:]
  private static let kindCount = 128
  /// Resources of kinds that came lately.
  private var kinds = [(kind: ProcessKind, resource: ProcessResource)?](
    repeating: nil, count: ProcessResources.kindCount)

  /// The resource of processes of this kind without a name in their environment; nil where it is not kept.
  func find(_ kind: ProcessKind) -> ProcessResource? {
    guard let known = kinds[ProcessResources.slot(of: kind)], known.kind == kind else { return nil }
    return known.resource
  }

  /// Keeps the resource of processes of this kind without a name in their environment.
  mutating func keep(_ resource: ProcessResource, of kind: ProcessKind) {
    kinds[ProcessResources.slot(of: kind)] = (kind, resource)
  }

  private static func slot(of kind: ProcessKind) -> Int { Int(kind.hint % UInt64(kindCount)) }

  /// The one resource of this kind.
  mutating func shared(_ key: ProcessResource.Key) -> ProcessResource {
    if let known = resources[key] { return known }
    let made = ProcessResource(key)
    // Beyond the limit a resource is not shared, which costs room in what is sent but harms nothing.
    if resources.count < ProcessResources.countLimit { resources[key] = made }
    return made
  }

  /// The name of a container, asked for once.
  mutating func containerName(_ id: String, _ ask: () -> String?) -> String? {
    if let known = containerNames[id] { return known }
    if containerNames.count >= ProcessResources.countLimit { containerNames.removeAll() }
    let name = ask()
    containerNames[id] = .some(name)
    return name
  }

  /// Begins anew where the limit is reached.
  mutating func trim() {
    guard resources.count >= ProcessResources.countLimit else { return }
    resources.removeAll()
    for index in kinds.indices { kinds[index] = nil }
  }
}
