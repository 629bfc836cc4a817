internal import Bytes
internal import Prometheus
internal import Telemetry

/// Taking points into their series.
extension SeriesStore {
  func applyNumber(_ bytes: Span<UInt8>, _ stream: MetricStream, seed: UInt64, adds: Bool) {
    let point = PointScan(bytes, seed: seed)
    let slot: Int
    if let known = pointIndex[point.hash], known != SeriesStore.droppedPlace {
      slot = Int(known)
    } else {
      let view = NumberPointView(bytes)
      guard let found = self.slot(point.hash, stream, view.attributes, isAdding: adds) else {
        return
      }
      slot = found
    }
    guard accept(slot, time: point.time, flags: point.flags, adds: adds) else { return }
    guard point.hasValue else { return drop(.invalid) }
    if adds, series[slot].hasValue {
      add(point, to: slot)
    } else {
      series[slot].bits = point.bits
      series[slot].isInt = point.isInt
      series[slot].start = point.start
      series[slot].hasValue = true
    }
    finish(slot, time: point.time)
    if point.hasExemplars, stream.keepsExemplars { keepExemplar(NumberPointView(bytes), slot) }
  }

  private func add(_ point: PointScan, to slot: Int) {
    if series[slot].isInt, point.isInt {
      let sum = Int64(bitPattern: series[slot].bits)
        .addingReportingOverflow(Int64(bitPattern: point.bits))
      if !sum.overflow {
        series[slot].bits = UInt64(bitPattern: sum.partialValue)
        return
      }
    }
    let old = series[slot]
    let before = old.isInt ? Double(Int64(bitPattern: old.bits)) : Double(bitPattern: old.bits)
    series[slot].bits = (before + point.double).bitPattern
    series[slot].isInt = false
  }

  private func keepExemplar(_ point: NumberPointView, _ slot: Int) {
    var found: ExemplarSample?
    var cursor = point.exemplars
    while let exemplar = cursor.next() {
      // Of several the largest, which says most.
      if let made = ExemplarLabels.sample(exemplar, labelNaming),
        made.value >= found?.value ?? made.value
      {
        found = made
      }
    }
    guard let found else { return }
    exemplars[UInt32(slot)] = found
    series[slot].hasExemplar = true
  }

  /// Whether a point of this time and these flags changes the series.
  ///
  /// A point without a value hides the series until the next that has one.
  func accept(_ slot: Int, time: UInt64, flags: UInt64, adds: Bool) -> Bool {
    let last = series[slot].time
    if last > 0, time > 0, adds ? time <= last && !series[slot].isOverflow : time < last {
      drop(.outOfOrder)
      return false
    }
    if flags & noRecordedValueFlag != 0 {
      series[slot].isHidden = true
      series[slot].time = time
      series[slot].updated = now
      return false
    }
    return true
  }

  func finish(_ slot: Int, time: UInt64) {
    series[slot].time = max(time, series[slot].time)
    series[slot].updated = now
    series[slot].isHidden = false
  }
}
