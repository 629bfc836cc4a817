internal import Bytes

extension RewriteWalk {
  /// A resource with its scopes, or a scope with its items.
  mutating func rewriteGroup(
    _ bytes: Span<UInt8>, _ level: RewriteContext, _ spot: Spot
  ) throws(WireError) {
    var head = Head()
    let isUsed = program.uses(level)
    if isUsed {
      head = try Head(bytes, spot.content)
      try drafts[level.rawValue].load(
        bytes, head.content, level == .resource ? .resource : .scope, program)
    }
    guard try state.run(level, bytes, &drafts[level.rawValue]) else {
      return drop(level, bytes, spot)
    }
    let isChanged = isUsed && drafts[level.rawValue].isChanged
    let goesOn = state.mayAct(below: level)
    guard goesOn || isChanged else { return keep() }
    enter(spot, mayVanish: true)
    if isChanged, !head.isPresent { try insert(level, bytes, at: spot.content.lowerBound) }
    var reader = WireReader(bytes, in: spot.content)
    var start = reader.position
    while let field = try reader.nextField() {
      let lengthStart = reader.position
      if field.type == .length {
        let content = try reader.readLength()
        let inner = Spot(start: start, lengthStart: lengthStart, content: content)
        if field.number == 1, isChanged {
          try replaceHead(level, bytes, inner)
        } else if field.number == 2, goesOn {
          try rewriteMember(of: level, bytes, inner)
        }
      } else {
        try reader.skip(field.type)
      }
      start = reader.position
    }
    leave(bytes)
  }

  /// A scope of a resource, or a span, log record or metric of a scope.
  private mutating func rewriteMember(
    of level: RewriteContext, _ bytes: Span<UInt8>, _ spot: Spot
  ) throws(WireError) {
    if level == .resource { return try rewriteGroup(bytes, .scope, spot) }
    switch signal {
    case .traces: try rewriteItem(bytes, spot, .span)
    case .logs: try rewriteItem(bytes, spot, .logRecord)
    case .metrics: try rewriteMetric(bytes, spot)
    case .profiles: break
    }
  }

  /// A metric with its data points.
  private mutating func rewriteMetric(
    _ bytes: Span<UInt8>, _ spot: Spot
  ) throws(WireError) {
    let level = RewriteContext.metric
    if program.uses(level) {
      try drafts[level.rawValue].load(bytes, spot.content, .metric, program)
      guard try state.run(level, bytes, &drafts[level.rawValue]) else {
        return drop(level, bytes, spot)
      }
      drafts[level.rawValue].arrangeChanges()
      if !state.mayAct(below: level) {
        if drafts[level.rawValue].isChanged { try replace(level, bytes, spot) } else { keep() }
        return
      }
    }
    enter(spot, mayVanish: true)
    var written = 0
    var reader = WireReader(bytes, in: spot.content)
    var start = reader.position
    while let field = try reader.nextField() {
      let lengthStart = reader.position
      if field.type == .length {
        let data = try reader.readLength()
        if let kind = MessageKind.dataPoint(in: field.number) {
          if program.uses(level) {
            written = try writeChanges(level, from: written, upTo: start, bytes)
          }
          try rewritePoints(
            bytes, Spot(start: start, lengthStart: lengthStart, content: data), kind)
        }
      } else {
        try reader.skip(field.type)
      }
      start = reader.position
    }
    if program.uses(level) { _ = try writeChanges(level, from: written, upTo: .max, bytes) }
    leave(bytes)
  }

  /// A gauge, sum, histogram or summary.
  private mutating func rewritePoints(
    _ bytes: Span<UInt8>, _ spot: Spot, _ kind: MessageKind
  ) throws(WireError) {
    enter(spot, mayVanish: true)
    var points = WireReader(bytes, in: spot.content)
    var start = points.position
    while let point = try points.nextField() {
      let lengthStart = points.position
      if point.number == 1, point.type == .length {
        let content = try points.readLength()
        try rewriteItem(
          bytes, Spot(start: start, lengthStart: lengthStart, content: content), kind)
      } else {
        try points.skip(point.type)
      }
      start = points.position
    }
    leave(bytes)
  }

  /// A span, data point or log record.
  private mutating func rewriteItem(
    _ bytes: Span<UInt8>, _ spot: Spot, _ kind: MessageKind
  ) throws(WireError) {
    let level = RewriteContext.item
    try drafts[level.rawValue].load(bytes, spot.content, kind, program)
    guard try state.run(level, bytes, &drafts[level.rawValue]) else {
      return drop(level, bytes, spot)
    }
    if kind == .span, program.uses(.event), state.mayAct(below: level) {
      try rewriteEvents(bytes, spot)
    } else if drafts[level.rawValue].isChanged {
      try replace(level, bytes, spot)
    } else {
      keep()
    }
  }

  /// A span with its events.
  private mutating func rewriteEvents(
    _ bytes: Span<UInt8>, _ spot: Spot
  ) throws(WireError) {
    let level = RewriteContext.event
    enter(spot)
    drafts[RewriteContext.item.rawValue].arrangeChanges()
    var written = 0
    var reader = WireReader(bytes, in: spot.content)
    var start = reader.position
    while let field = try reader.nextField() {
      let lengthStart = reader.position
      if field.number == 11, field.type == .length {
        let content = try reader.readLength()
        let event = Spot(start: start, lengthStart: lengthStart, content: content)
        written = try writeChanges(.item, from: written, upTo: start, bytes)
        try drafts[level.rawValue].load(bytes, content, .event, program)
        if try !state.run(level, bytes, &drafts[level.rawValue]) {
          drop(level, bytes, event)
        } else if drafts[level.rawValue].isChanged {
          try replace(level, bytes, event)
        }
      } else {
        try reader.skip(field.type)
      }
      start = reader.position
    }
    _ = try writeChanges(.item, from: written, upTo: .max, bytes)
    leave(bytes)
  }

  /// Leaves a message out and counts the items in it.
  private mutating func drop(_ level: RewriteContext, _ bytes: Span<UInt8>, _ spot: Spot) {
    let shape = RequestShape(signal)
    let count =
      switch level {
      case .resource, .scope, .metric:
        shape.countItems(bytes, spot.content, level: level.rawValue + 1)
      case .item: 1
      case .event: 0
      }
    state.countDropped(items: count, events: level == .event ? 1 : 0)
    remove(bytes, spot)
  }

  /// Writes a group's resource or scope anew.
  private mutating func replaceHead(
    _ level: RewriteContext, _ bytes: Span<UInt8>, _ spot: Spot
  ) throws(WireError) {
    try replace(level, bytes, spot)
    // The head is no member: a group of which only the head is left goes.
    forgetKept()
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
