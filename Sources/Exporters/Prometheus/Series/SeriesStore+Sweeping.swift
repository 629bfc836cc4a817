internal import Bytes
internal import Prometheus

/// Letting go of what is too old.
extension SeriesStore {
  /// Frees series, families and shared labels that nobody has updated for too long.
  func sweep() {
    lastSweep = now
    targets = targets.filter { !isExpired($0.value.updated) }
    // Resources that come no more are forgotten with the rest; others are found again.
    if resources.count > 2 * targets.count + 1024 { forgetStreams() }
    var freed = 0
    for place in series.indices where !series[place].isFree && isExpired(series[place].updated) {
      free(place)
      freed += 1
    }
    guard freed > 0 || families.contains(where: { $0?.series.isEmpty ?? false }) else { return }
    liveCount -= freed
    if liveCount == 0 { return reset() }
    pointIndex.filter { $0 != SeriesStore.droppedPlace && !series[Int($0)].isFree }
    seriesIndex.filter { !series[Int($0)].isFree }
    freeFamilies()
    freeShared()
    for place in series.indices where series[place].isFree && !series[place].isListedFree {
      series[place].isListedFree = true
      freeSeries.append(UInt32(place))
    }
    if unusedLabelByteCount * 2 > labels.count { compactLabels() }
    forgetStreams()
  }

  private func free(_ place: Int) {
    let old = series[place]
    series[place].isFree = true
    unusedLabelByteCount += Int(old.labelCount)
    if old.hasExemplar { exemplars[UInt32(place)] = nil }
    if old.distribution > 0 {
      distributions[Int(old.distribution) - 1] = .none
      freeDistributions.append(old.distribution - 1)
    }
  }

  private func freeFamilies() {
    for index in families.indices {
      guard var family = families[index].take() else { continue }
      family.series.removeAll { series[Int($0)].isFree }
      if family.series.isEmpty {
        familiesByName[family.head.name] = nil
        for name in family.sampleNames { sampleNames[name] = nil }
        unusedFamilies.append(UInt32(index))
      } else {
        families[index] = family
      }
    }
  }

  /// Frees the blocks of shared labels that no series has.
  func freeShared() {
    var isUsed = [Bool](repeating: false, count: shared.count)
    isUsed[0] = true
    for one in series where !one.isFree { isUsed[Int(one.shared)] = true }
    for index in shared.indices where !isUsed[index] {
      guard let labels = shared[index].take() else { continue }
      sharedByHash[labels.hashSum] = nil
      unusedShared.append(UInt32(index))
    }
  }

  private func compactLabels() {
    var packed = ByteBuffer(minimumCapacity: labels.count - unusedLabelByteCount)
    for place in series.indices where !series[place].isFree {
      let start = Int(series[place].labelStart)
      let range = start..<start + Int(series[place].labelCount)
      series[place].labelStart = UInt32(packed.count)
      packed.append(labels.span.extracting(range))
    }
    labels = packed
    unusedLabelByteCount = 0
  }
}
