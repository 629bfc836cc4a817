/// How far into requests a program goes.
public struct RewriteReach: Sendable, Equatable {
  /// The innermost level that is edited or looked at.
  public let deepest: RewriteContext
  /// The outermost level at which something is dropped; nil where nothing is.
  public let outermostDrop: RewriteContext?

  /// A reach of these levels.
  public init(deepest: RewriteContext, outermostDrop: RewriteContext? = nil) {
    self.deepest = deepest
    self.outermostDrop = outermostDrop
  }

  /// Whether a program of the reach `next` can run in one pass behind one of this reach.
  ///
  /// A pass goes from the outside in, so what `next` drops at an outer level would never be seen by what
  /// comes first and counts what it does further in.
  public func allows(_ next: RewriteReach) -> Bool {
    next.outermostDrop.map { $0 >= deepest } ?? true
  }
}
