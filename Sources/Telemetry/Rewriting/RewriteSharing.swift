/// Which bytes that stay a rewriting pass hands on instead of copying them.
package struct RewriteSharing: Sendable {
  /// A range of so many bytes is handed on, a shorter one is copied; at least 1.
  ///
  /// Of requests of 1, 2, 4 and 8 KiB whose resource is edited, and which are batched and sent, the first cost 5 %
  /// more CPU time where they are handed on, the second 3 % more, the third the same, the last 6 % less.
  package var leastByteCount = 4096
  /// A slice of which less than so many quarters are handed on becomes one slice of its own.
  ///
  /// With three, at most a quarter of what is reserved for the slice's memory, and what edits add, is held
  /// beside it; and the little that drops leave does not hold the memory of all.
  package var leastQuarters = 3

  /// What is worth it.
  package init() {}

  /// These limits.
  package init(leastByteCount: Int, leastQuarters: Int) {
    self.leastByteCount = leastByteCount
    self.leastQuarters = leastQuarters
  }
}
