/// Edits at one level of a request, and when they are made.
public struct RewriteStage: Sendable {
  /// The level at which the edits act: the resource, the scope or the items.
  public let context: RewriteContext
  /// When they are made.
  public let condition: RewriteCondition
  /// The edits in order.
  public let edits: [AttributeEdit]

  /// A stage of these parts.
  ///
  /// - Precondition: The context is not `.metric`, and the condition looks at no level below it.
  public init(
    _ context: RewriteContext, when condition: RewriteCondition = .always, _ edits: [AttributeEdit]
  ) {
    precondition(context != .metric, "a stage edits a resource, a scope or items")
    precondition(condition.deepest <= context, "a condition looks below its stage")
    self.context = context
    self.condition = condition
    self.edits = edits
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
