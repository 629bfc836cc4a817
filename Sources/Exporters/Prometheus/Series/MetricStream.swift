/// One metric of one scope of one resource, as the points of it are treated.
struct MetricStream {
  /// What its points are.
  enum Treatment {
    /// Numbers that replace one another, or that add up.
    case number(adds: Bool)
    case histogram(adds: Bool)
    case exponential(adds: Bool)
    case summary
    case dropped(DropReason)
  }

  let treatment: Treatment
  let family: UInt32
  let shared: UInt32
  /// The metric's name, unit and kind, whatever its resource.
  let owner: UInt64
  /// Whether a counter's exemplars are kept.
  let keepsExemplars: Bool
}
