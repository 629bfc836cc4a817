internal import Bytes
internal import Prometheus
internal import Telemetry

/// Making shared labels, targets, families and streams, once for each.
extension SeriesStore {
  /// Keeps the target of a resource, which `target_info` shows.
  func noteTarget(_ hash: UInt64, _ resource: ResourceView) {
    if let identity = resources[hash] {
      guard identity != 0 else { return }
      targets[identity]?.updated = now
      if targets[identity]?.resource == hash { return }
    }
    let identifying = TargetIdentity(resource)
    guard let identity = identifying.hash else {
      if resources.count > max(1024, config.seriesLimit) { forgetStreams() }
      resources[hash] = 0
      return
    }
    guard targets[identity] != nil || targets.count < config.seriesLimit else { return }
    if resources.count > max(1024, config.seriesLimit) { forgetStreams() }
    resources[hash] = identity
    var labels = constantLabels
    identifying.addLabels(to: &labels)
    var attributes = resource.attributes
    while let attribute = attributes.next() {
      let key = Array(copying: attribute.key)
      guard !TargetIdentity.keys.contains(key), let name = labelNaming.name(key) else { continue }
      let value = AttributeText.text(of: attribute.value)
      labels.add(name: free(name, of: ["job", "instance"]), value: value, key: key)
    }
    var buffer = ByteBuffer()
    _ = labels.write(to: &buffer)
    targets[identity] = Target(
      labels: Array(copying: buffer.span), updated: now, resource: hash)
  }

  private func free(_ name: [UInt8], of taken: [String]) -> [UInt8] {
    taken.contains { name.elementsEqual($0.utf8) } ? Array("exported_".utf8) + name : name
  }

  /// The shared labels of a scope of a resource.
  func makeShared(
    _ hash: UInt64, _ resource: ResourceView, _ scope: ScopeView, schemaURL: Span<UInt8>
  ) -> UInt32 {
    var labels = constantLabels
    if !config.omitsScope { addScope(scope, schemaURL, to: &labels) }
    if !config.resourceLabels.isEmpty {
      var attributes = resource.attributes
      while let attribute = attributes.next() {
        let key = Array(copying: attribute.key)
        guard config.resourceLabels.selects(key), let name = labelNaming.name(key) else { continue }
        let value = AttributeText.text(of: attribute.value)
        labels.add(name: free(name, of: ["job", "instance"]), value: value, key: key)
      }
    }
    TargetIdentity(resource).addLabels(to: &labels)
    let made = SharedLabels(labels)
    let known = sharedByHash[made.hashSum]
    if known == nil || scopes.count > max(1024, config.seriesLimit) { makeRoomForShared() }
    let place = known ?? unusedSharedPlace()
    if known == nil {
      shared[Int(place)] = made
      sharedByHash[made.hashSum] = place
    }
    scopes[hash] = place
    return place
  }

  private func unusedSharedPlace() -> UInt32 {
    if let place = unusedShared.popLast() { return place }
    shared.append(nil)
    return UInt32(shared.count - 1)
  }

  /// Lets go of blocks without series when many have been made: a sender may change its scopes.
  private func makeRoomForShared() {
    madeSharedCount += 1
    guard madeSharedCount > max(1024, config.seriesLimit) else { return }
    madeSharedCount = 0
    freeShared()
    forgetStreams()
  }

  private func addScope(
    _ scope: ScopeView, _ schemaURL: Span<UInt8>, to labels: inout LabelCollection
  ) {
    labels.addUnlessPresent(name: "otel_scope_name", value: Array(copying: scope.name))
    labels.addUnlessPresent(name: "otel_scope_version", value: Array(copying: scope.version))
    labels.addUnlessPresent(name: "otel_scope_schema_url", value: Array(copying: schemaURL))
    var attributes = scope.attributes
    while let attribute = attributes.next() {
      let key = Array("otel_scope_".utf8) + Array(copying: attribute.key)
      guard let name = labelNaming.name(key) else { continue }
      let isTaken = ["otel_scope_name", "otel_scope_version", "otel_scope_schema_url"].contains {
        name.elementsEqual($0.utf8)
      }
      if isTaken { continue }
      labels.add(name: name, value: AttributeText.text(of: attribute.value), key: key)
    }
  }

  /// The stream of this hash, made where it is new; nil where there is no room for its family.
  func stream(
    _ hash: UInt64, _ metric: MetricView, _ kind: MetricView.Kind, _ shared: UInt32
  ) -> MetricStream? {
    if let place = streamIndex[hash] { return streams[Int(place)] }
    var owner = KeyHash()
    owner.combine(metric.name)
    owner.combine(metric.unit)
    let (treatment, exposed) = treatment(of: metric, kind)
    owner.combine(UInt64(exposed.rawValue))
    var result = MetricStream(
      treatment: treatment, family: 0, shared: shared, owner: owner.value,
      keepsExemplars: exposed == .counter)
    if case .dropped = treatment {
    } else {
      switch family(metric, exposed) {
      case .success(let family):
        result = MetricStream(
          treatment: treatment, family: family, shared: shared, owner: owner.value,
          keepsExemplars: exposed == .counter)
      case .failure(.seriesLimit): return nil
      case .failure(let reason):
        result = MetricStream(
          treatment: .dropped(reason), family: 0, shared: shared, owner: owner.value,
          keepsExemplars: false)
      }
    }
    if streams.count > max(1024, config.seriesLimit) { forgetStreams() }
    streamIndex.insert(hash, UInt32(streams.count))
    streams.append(result)
    return result
  }

  /// Specification "Prometheus and OpenMetrics Compatibility", gauges to summaries.
  private func treatment(
    of metric: MetricView, _ kind: MetricView.Kind
  ) -> (MetricStream.Treatment, MetricKind) {
    let isDelta = metric.temporality == 1
    let isKnown = isDelta || metric.temporality == 2
    switch kind {
    case .gauge: return (.number(adds: false), metric.hint == "unknown" ? .unknown : .gauge)
    case .sum where metric.isMonotonic && isKnown: return (.number(adds: isDelta), .counter)
    case .sum where isKnown && !isDelta:
      let hinted: MetricKind =
        switch metric.hint {
        case "info": .info
        case "stateset": .stateSet
        default: .gauge
        }
      return (.number(adds: false), hinted)
    case .histogram where isKnown: return (.histogram(adds: isDelta), .histogram)
    case .exponentialHistogram where isKnown: return (.exponential(adds: isDelta), .histogram)
    case .summary: return (.summary, .summary)
    default: return (.dropped(.unsupported), .unknown)
    }
  }

  private func family(_ metric: MetricView, _ kind: MetricKind) -> Result<UInt32, DropReason> {
    let unit = Array(copying: metric.unit)
    guard let name = metricNaming.name(Array(copying: metric.name), unit: unit, kind: kind) else {
      return .failure(.invalid)
    }
    if let known = familiesByName[name.name] {
      return families[Int(known)]?.head.kind == kind ? .success(known) : .failure(.typeConflict)
    }
    let head = FamilyHead(
      name: name.name, unit: name.unit, help: Array(copying: metric.description), kind: kind)
    let names = MetricFamily.sampleNames(of: head, openMetrics: config.allowsOpenMetrics)
    guard !names.contains(where: { sampleNames[$0] != nil }) else {
      return .failure(.nameCollision)
    }
    guard liveCount < config.seriesLimit, familiesByName.count < config.seriesLimit else {
      return .failure(.seriesLimit)
    }
    let place = unusedFamilies.popLast() ?? UInt32(families.count)
    if Int(place) == families.count { families.append(nil) }
    families[Int(place)] = MetricFamily(head: head, sampleNames: names)
    familiesByName[name.name] = place
    for name in names { sampleNames[name] = place }
    return .success(place)
  }

  /// Forgets how streams are treated; they are made again when they come again.
  func forgetStreams() {
    streams.removeAll()
    streamIndex = HashIndex()
    scopes.removeAll()
    resources.removeAll()
  }
}

extension MetricView {
  /// What Prometheus calls the metric, where it came from there: metadata `prometheus.type`.
  var hint: String {
    var entries = metadata
    while let entry = entries.next() {
      if entry.key.isEqual(to: "prometheus.type") {
        return String(decoding: AttributeText.text(of: entry.value), as: UTF8.self)
      }
    }
    return ""
  }
}
