/// Edits at one level of a request, and when they are made.
public struct RewriteStage: Sendable {
  /// The level at which the edits act.
  public let context: RewriteContext
  /// When they are made.
  public let condition: RewriteCondition
  /// The edits in order.
  public let edits: [RewriteEdit]

  /// A stage of these parts.
  ///
  /// - Precondition: The condition looks at no level below the stage's, and no attributes of metrics are
  ///   edited or looked at: they have none.
  public init(
    _ context: RewriteContext, when condition: RewriteCondition = .always, _ edits: [RewriteEdit]
  ) {
    precondition(condition.deepest <= context, "a condition looks below its stage")
    precondition(
      context != .metric || !edits.contains(where: \.isOfAttributes),
      "a metric has no attributes; its data points do")
    self.context = context
    self.condition = condition
    self.edits = edits
  }

  /// A stage that edits attributes.
  ///
  /// - Precondition: As of the other initializer.
  public init(
    _ context: RewriteContext, when condition: RewriteCondition = .always,
    _ edits: [AttributeEdit]
  ) {
    self.init(context, when: condition, edits.map { .attribute($0) })
  }
}

extension RewriteCondition {
  /// The innermost level that the condition looks at.
  var deepest: RewriteContext {
    switch self {
    case .always: .resource
    case .test(let test): test.context
    case .all(let parts), .any(let parts): parts.map(\.deepest).max() ?? .resource
    case .not(let part): part.deepest
    }
  }
}

extension RewriteEdit {
  var isOfAttributes: Bool { if case .attribute = self { true } else { false } }
  var isDrop: Bool { if case .drop = self { true } else { false } }
}
