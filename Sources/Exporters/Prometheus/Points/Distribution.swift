internal import Prometheus

/// What a series holds that is no number.
enum Distribution {
  case none
  case explicit(HistogramSample)
  case native(NativeHistogramSample)
  case summary(SummarySample)
}
