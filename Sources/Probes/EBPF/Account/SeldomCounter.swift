internal import Diagnostics

/// A counter that is among the metrics from its first count on, for what hardly ever happens.
final class SeldomCounter: Sendable {
  private let sum = Counter()
  private let name: String
  private let scope: MetricsScope

  /// A counter called `name` with the scope's labels.
  init(_ name: String, _ scope: MetricsScope) {
    self.name = name
    self.scope = scope
  }

  /// Adds `amount`.
  func add(_ amount: Int) {
    guard amount != 0 else { return }
    sum.add(amount)
    scope.counter(name).add(amount)
  }

  /// Shows it from now on, whatever it counts.
  func show() { _ = scope.counter(name) }

  /// The sum so far.
  var value: Int { sum.value }
}
