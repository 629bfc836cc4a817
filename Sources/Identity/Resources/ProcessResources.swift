/// The resources that processes share, and the names of their containers.
struct ProcessResources {
  /// No more resources or names than this are kept for others to share.
  static let countLimit = 4096

  private var resources: [ProcessResource.Key: ProcessResource] = [:]
  private var containerNames: [String: String?] = [:]
  private static let kindCount = 128
  /// Those that came lately.
  private var kinds = [ProcessKind?](repeating: nil, count: ProcessResources.kindCount)

  /// The resource of a process in this control group without a name in its environment; nil where it is not kept.
  func find(_ entry: ProcessEntry, _ cgroup: Cgroup?) -> ProcessResource? {
    guard let kind = kinds[ProcessResources.slot(of: entry)], kind.includes(entry, cgroup) else {
      return nil
    }
    return kind.resource
  }

  /// Keeps the resource of a process in this control group without a name in its environment.
  mutating func keep(_ resource: ProcessResource, of entry: ProcessEntry, _ cgroup: Cgroup?) {
    kinds[ProcessResources.slot(of: entry)] = ProcessKind(entry, cgroup, resource)
  }

  private static func slot(of entry: ProcessEntry) -> Int {
    Int(ProcessKind.hint(of: entry) % UInt64(kindCount))
  }

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
