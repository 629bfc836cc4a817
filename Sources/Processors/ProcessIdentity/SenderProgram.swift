internal import Bytes
internal import Identity
internal import Patterns
internal import Telemetry

/// Makes the edits that give a resource its sender's process and container.
struct SenderProgram: Sendable {
  /// The attributes that are added.
  let attributes: Set<SenderAttribute>
  /// Whether they replace what a resource has.
  let overrides: Bool

  private static let pid = AttributeKey("process.pid")
  /// Whether the service has no name, or the one that SDKs give a service that nobody named.
  private static let isUnnamed: RewriteCondition = {
    let name = RewriteTest.Subject.attribute(SenderAttribute.serviceName.key)
    let hasNone = RewriteCondition.not(.test(RewriteTest(.resource, name, .exists)))
    guard let unknown = try? Pattern("^unknown_service") else { return hasNone }
    return .any([
      hasNone, .test(RewriteTest(.resource, name, .matches(TextMatcher(patterns: [unknown])))),
    ])
  }()

  /// The program for what a process sends.
  ///
  /// A resource with the number of another process speaks of that one: unless everything is replaced, it is left
  /// as it is. Where the number is the process's own as it sees itself inside a container, the resource gets the
  /// number by which this system knows it, and keeps the other as `process.vpid`.
  func program(
    _ entry: ProcessEntry, _ resource: ProcessResource, owner: String?, createdAt: String
  ) -> RewriteProgram {
    let isMeant = overrides ? RewriteCondition.always : isSender(entry)
    var stages: [RewriteStage] = []
    // The name first: the condition is about the number that the resource came with, or was translated to.
    if !overrides, attributes.contains(.pid), let stage = translation(entry) {
      stages.append(stage)
    }
    if attributes.contains(.serviceName), let service = resource.service {
      stages.append(
        RewriteStage(
          .resource, when: .all([isMeant, Self.isUnnamed]),
          [.set(SenderAttribute.serviceName.key, .literal(.string(service.text)), .upsert)]))
    }
    let edits = edits(entry, resource, owner: owner, createdAt: createdAt)
    if !edits.isEmpty { stages.append(RewriteStage(.resource, when: isMeant, edits)) }
    return RewriteProgram(stages)
  }

  private func edits(
    _ entry: ProcessEntry, _ resource: ProcessResource, owner: String?, createdAt: String
  ) -> [AttributeEdit] {
    var edits: [AttributeEdit] = []
    func add(_ attribute: SenderAttribute, _ value: AttributeValue?) {
      guard attributes.contains(attribute), let value, value != .string("") else { return }
      edits.append(.set(attribute.key, .literal(value), overrides ? .upsert : .insert))
    }
    add(.pid, .int(Int64(entry.key.pid)))
    add(.creationTime, .string(createdAt))
    add(.executableName, .string(entry.executableName.text))
    add(.executablePath, .string(entry.executablePath.text))
    add(.owner, owner.map { .string($0) })
    add(.containerID, resource.containerID.map { .string($0) })
    add(.podUID, resource.podUID.map { .string($0) })
    return edits
  }

  /// Whether the resource has one of the process's numbers, or none.
  private func isSender(_ entry: ProcessEntry) -> RewriteCondition {
    let pid = Int64(entry.key.pid)
    let numbers = entry.innermostPID == 0 ? [pid] : [pid, Int64(entry.innermostPID)]
    let same = numbers.map { number in
      RewriteCondition.test(
        RewriteTest(.resource, .attribute(Self.pid), .equals(.int(number))))
    }
    let absent = RewriteCondition.not(
      .test(RewriteTest(.resource, .attribute(Self.pid), .exists)))
    return .any(same + [absent])
  }

  /// Puts this system's number in the place of the one inside the sender's container.
  private func translation(_ entry: ProcessEntry) -> RewriteStage? {
    guard entry.innermostPID != 0, entry.innermostPID != entry.key.pid else { return nil }
    let inner = AttributeValue.int(Int64(entry.innermostPID))
    return RewriteStage(
      .resource,
      when: .test(RewriteTest(.resource, .attribute(Self.pid), .equals(inner))),
      [
        .set(AttributeKey("process.vpid"), .literal(inner), .insert),
        .set(Self.pid, .literal(.int(Int64(entry.key.pid))), .upsert),
      ])
  }
}
