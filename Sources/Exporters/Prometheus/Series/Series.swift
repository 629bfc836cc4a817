/// One series: 80 bytes, its labels lie in the store's arena.
struct Series {
  /// The hash of the family and all labels.
  var hash: UInt64
  /// The value's bits: a whole number where `isInt`, else a floating-point number.
  var bits: UInt64 = 0
  /// When the value was measured, in nanoseconds since 1970.
  var time: UInt64 = 0
  /// When counting began, in nanoseconds since 1970; 0 where unknown.
  var start: UInt64 = 0
  /// The metric that made the series.
  var owner: UInt64
  /// Where its own labels lie.
  var labelStart: UInt32
  var labelCount: UInt32
  /// The block of labels that it shares with others.
  var shared: UInt32
  var family: UInt32
  /// The place of its distribution, plus one; 0 for a number.
  var distribution: UInt32 = 0
  /// When it was updated last, in seconds of the shards' clock.
  var updated: UInt32 = 0
  var isInt = false
  /// Whether its source said that there is no value now.
  var isHidden = false
  /// Whether the place is not in use.
  var isFree = false
  /// Whether the place is listed to be used again.
  var isListedFree = false
  var hasExemplar = false
  /// Whether it has had a value, to which others can be added.
  var hasValue = false
  /// Whether it takes the points of many, which come in any order.
  var isOverflow = false
}
