internal import Bytes
internal import Telemetry

/// Every field of every item, in the layout of the reference collector.
struct DetailedText {
  let text: DebugText
  private var resourceIndex = 0
  /// The attributes that the profiles of a request refer to, as `key: value`.
  var profileAttributes: [String] = []

  init(_ text: DebugText) {
    self.text = text
  }

  /// Appends the requests in the payload's slices; resources are numbered through.
  mutating func append(_ signal: Signal, _ payload: Payload) {
    for slice in payload.slices {
      if signal == .profiles { dictionary(RequestView(slice.span).dictionary) }
      var resources = RequestView(slice.span).resources
      while let resource = resources.next() { append(signal, resource) }
    }
    text.flush()
  }

  private mutating func append(_ signal: Signal, _ group: consuming ResourceGroupView) {
    text.line("\(DetailedText.resourceTitle(signal)) #\(resourceIndex)")
    resourceIndex += 1
    text.line("Resource SchemaURL: ", group.schemaURL)
    if let resource = group.resource {
      text.attributes("Resource attributes", resource.attributes)
    }
    var scopes = group.scopes
    var index = 0
    while let scope = scopes.next() {
      append(signal, scope, index)
      index += 1
    }
  }

  private func append(_ signal: Signal, _ group: consuming ScopeGroupView, _ index: Int) {
    let title = DetailedText.scopeTitle(signal)
    text.line("\(title) #\(index)")
    text.line("\(title) SchemaURL: ", group.schemaURL)
    text.add("InstrumentationScope ")
    if let scope = group.scope {
      text.add(scope.name)
      text.add(" ")
      text.add(scope.version)
      text.endLine()
      text.attributes("InstrumentationScope attributes", scope.attributes)
    } else {
      text.line(" ")
    }
    switch signal {
    case .traces: spans(group.spans)
    case .metrics: metrics(group.metrics)
    case .logs: logRecords(group.logRecords)
    case .profiles: profiles(group.profiles)
    }
  }

  private static func resourceTitle(_ signal: Signal) -> String {
    switch signal {
    case .traces: "ResourceSpans"
    case .metrics: "ResourceMetrics"
    case .logs: "ResourceLog"
    case .profiles: "ResourceProfiles"
    }
  }

  private static func scopeTitle(_ signal: Signal) -> String {
    switch signal {
    case .traces: "ScopeSpans"
    case .metrics: "ScopeMetrics"
    case .logs: "ScopeLogs"
    case .profiles: "ScopeProfiles"
    }
  }

  /// The name at `index` of `names`, or the number itself where it has none.
  static func name(_ index: Int32, _ names: [String]) -> String {
    names.indices.contains(Int(index)) ? names[Int(index)] : "\(index)"
  }
}
