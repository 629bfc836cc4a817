/// Why a data point is not exposed.
enum DropReason: String, CaseIterable, Error {
  /// Another metric of the same name is of another kind.
  case typeConflict = "type_conflict"
  /// Another metric has the same name, or the same series.
  case nameCollision = "name_collision"
  /// There are as many series as `max_series` allows.
  case seriesLimit = "series_limit"
  /// It is not newer than the last of its series.
  case outOfOrder = "out_of_order"
  /// Prometheus has nothing for it: delta sums that fall, no temporality, too coarse a scale.
  case unsupported
  /// Its name, or its buckets, make no sense.
  case invalid
}
