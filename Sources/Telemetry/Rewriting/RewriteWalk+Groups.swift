internal import Bytes

extension RewriteWalk {
  /// A resource with its scopes.
  mutating func rewriteResourceGroup(
    _ bytes: Span<UInt8>, _ content: Range<Int>
  ) throws(WireError) {
    var head = Head()
    var fields = ItemFields()
    if program.uses(.resource) {
      head = try Head(bytes, content)
      try resource.load(bytes, head.content, .resource, &fields)
    }
    try state.run(.resource, bytes, fields, &resource)
    let isChanged = program.uses(.resource) && resource.isChanged
    if isChanged, !head.isPresent { try insertResource(bytes, content.lowerBound) }
    let goesOn = state.mayAct(below: .resource)
    guard goesOn || isChanged else { return }
    var reader = WireReader(bytes, in: content)
    while let field = try reader.nextField() {
      let lengthStart = reader.position
      guard field.type == .length else {
        try reader.skip(field.type)
        continue
      }
      let range = try reader.readLength()
      if field.number == 1, isChanged {
        try replaceResource(bytes, lengthStart, range)
      } else if field.number == 2, goesOn {
        enter(lengthStart, range)
        try rewriteScopeGroup(bytes, range)
        leave(bytes)
      }
    }
  }

  /// A scope with its items.
  private mutating func rewriteScopeGroup(
    _ bytes: Span<UInt8>, _ content: Range<Int>
  ) throws(WireError) {
    var head = Head()
    var fields = ItemFields()
    if program.uses(.scope) {
      head = try Head(bytes, content)
      try scope.load(bytes, head.content, .scope, &fields)
    }
    try state.run(.scope, bytes, fields, &scope)
    let isChanged = program.uses(.scope) && scope.isChanged
    if isChanged, !head.isPresent { try insertScope(bytes, content.lowerBound) }
    let goesOn = state.mayAct(below: .scope)
    guard goesOn || isChanged else { return }
    var reader = WireReader(bytes, in: content)
    while let field = try reader.nextField() {
      let lengthStart = reader.position
      guard field.type == .length else {
        try reader.skip(field.type)
        continue
      }
      let range = try reader.readLength()
      if field.number == 1, isChanged {
        try replaceScope(bytes, lengthStart, range)
      } else if field.number == 2, goesOn {
        switch signal {
        case .traces: try rewriteItem(bytes, lengthStart, range, .span)
        case .logs: try rewriteItem(bytes, lengthStart, range, .logRecord)
        case .metrics: try rewriteMetric(bytes, lengthStart, range)
        case .profiles: break
        }
      }
    }
  }

  /// A metric with its data points.
  private mutating func rewriteMetric(
    _ bytes: Span<UInt8>, _ lengthStart: Int, _ content: Range<Int>
  ) throws(WireError) {
    if program.uses(.metric) {
      var fields = ItemFields()
      try item.load(bytes, content, .metric, &fields)
      try state.run(.metric, bytes, fields, &item)
      guard state.mayAct(below: .metric) else { return }
    }
    enter(lengthStart, content)
    var reader = WireReader(bytes, in: content)
    while let field = try reader.nextField() {
      let dataStart = reader.position
      guard field.type == .length else {
        try reader.skip(field.type)
        continue
      }
      let data = try reader.readLength()
      guard let layout = ItemLayout.dataPoints(of: field.number) else { continue }
      enter(dataStart, data)
      var points = WireReader(bytes, in: data)
      while let point = try points.nextField() {
        let pointStart = points.position
        if point.number == 1, point.type == .length {
          try rewriteItem(bytes, pointStart, points.readLength(), layout)
        } else {
          try points.skip(point.type)
        }
      }
      leave(bytes)
    }
    leave(bytes)
  }

  /// A span, data point or log record.
  private mutating func rewriteItem(
    _ bytes: Span<UInt8>, _ lengthStart: Int, _ content: Range<Int>, _ layout: ItemLayout
  ) throws(WireError) {
    var fields = ItemFields()
    try item.load(bytes, content, layout, &fields)
    try state.run(.item, bytes, fields, &item)
    if item.isChanged { try replaceItem(bytes, lengthStart, content) }
  }

  /// The message that a group has as its field 1.
  private struct Head {
    var content = 0..<0
    var isPresent = false

    /// No head, as in a group that has none.
    init() {}

    init(_ bytes: Span<UInt8>, _ group: Range<Int>) throws(WireError) {
      content = group.lowerBound..<group.lowerBound
      var reader = WireReader(bytes, in: group)
      while let field = try reader.nextField() {
        let start = reader.position
        guard field.number == 1, field.type == .length else {
          try reader.skip(field.type)
          continue
        }
        // Readers join the fields of two such messages; an edit of one of them would miss the other.
        guard !isPresent else { throw WireError(.repeatedField, at: start) }
        content = try reader.readLength()
        isPresent = true
      }
    }
  }
}
