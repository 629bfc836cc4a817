internal import Bytes
internal import Prometheus
internal import Telemetry

/// Where a point's series lies.
extension SeriesStore {
  /// What labels may not be called beside those that are shared.
  enum Reserved: String {
    case none = ""
    case bound = "le"
    case quantile
  }

  /// The place of a point's series; nil where it is dropped, which is counted.
  ///
  /// `isAdding` says that the point adds up, so that beyond the limit it can go to the overflow.
  func slot(
    _ hash: UInt64, _ stream: MetricStream, _ attributes: consuming ViewCursor<KeyValueView>,
    reserved: Reserved = .none, isAdding: Bool
  ) -> Int? {
    if let place = pointIndex[hash] {
      if place != SeriesStore.droppedPlace { return Int(place) }
      drop(.nameCollision)
      return nil
    }
    var collection = LabelCollection()
    let taken = shared[Int(stream.shared)]?.names ?? []
    while let attribute = attributes.next() {
      let key = Array(copying: attribute.key)
      guard var name = labelNaming.name(key) else { continue }
      if taken.contains(name) || name.elementsEqual(reserved.rawValue.utf8)
        || name.elementsEqual("__name__".utf8)
      {
        name = Array("exported_".utf8) + name
      }
      collection.add(name: name, value: AttributeText.text(of: attribute.value), key: key)
    }
    return place(collection, stream, hash, isAdding: isAdding)
  }

  private func place(
    _ collection: LabelCollection, _ stream: MetricStream, _ hash: UInt64, isAdding: Bool
  ) -> Int? {
    let start = labels.count
    let ownSum = collection.write(to: &labels)
    let identity = identity(stream.family, shared: stream.shared, ownSum)
    if let known = seriesIndex[identity] {
      labels.truncate(to: start)
      let clashes = series[Int(known)].owner != stream.owner
      remember(hash, clashes ? SeriesStore.droppedPlace : known)
      guard !clashes else {
        drop(.nameCollision)
        return nil
      }
      return Int(known)
    }
    guard liveCount < config.seriesLimit, labels.count < Int(UInt32.max) else {
      labels.truncate(to: start)
      return isAdding ? overflowSlot(stream) : refuseForLimit()
    }
    let place = insert(stream, stream.shared, identity, labelStart: start)
    remember(hash, place)
    return Int(place)
  }

  private func refuseForLimit() -> Int? {
    drop(.seriesLimit)
    return nil
  }

  /// The series that takes what adds up when there is no room for more: one a family.
  private func overflowSlot(_ stream: MetricStream) -> Int? {
    overflowedPointCount += 1
    let start = labels.count
    var collection = LabelCollection()
    collection.add(name: Array("otel_metric_overflow".utf8), value: Array("true".utf8))
    let identity = identity(stream.family, shared: 0, collection.write(to: &labels))
    if let known = seriesIndex[identity] {
      labels.truncate(to: start)
      return Int(known)
    }
    let place = Int(insert(stream, 0, identity, labelStart: start))
    series[place].isOverflow = true
    return place
  }

  private func identity(_ family: UInt32, shared place: UInt32, _ ownSum: UInt64) -> UInt64 {
    var hash = KeyHash(UInt64(family))
    hash.combine(ownSum &+ (shared[Int(place)]?.hashSum ?? 0))
    return hash.value
  }

  private func remember(_ hash: UInt64, _ place: UInt32) {
    // Senders that change the order of attributes make several hashes for one series.
    if pointIndex.count > 2 * max(1024, config.seriesLimit) { pointIndex = HashIndex() }
    pointIndex.insert(hash, place)
  }

  private func insert(
    _ stream: MetricStream, _ shared: UInt32, _ identity: UInt64, labelStart: Int
  ) -> UInt32 {
    let made = Series(
      hash: identity, owner: stream.owner, labelStart: UInt32(labelStart),
      labelCount: UInt32(labels.count - labelStart), shared: shared, family: stream.family,
      updated: now, isHidden: true)
    let place: UInt32
    if let free = freeSeries.popLast() {
      place = free
      series[Int(free)] = made
    } else {
      place = UInt32(series.count)
      series.append(made)
    }
    liveCount += 1
    seriesIndex.insert(identity, place)
    families[Int(stream.family)]?.series.append(place)
    return place
  }

  /// The place of the series' distribution, made where it is new.
  func distributionPlace(_ slot: Int) -> Int {
    if series[slot].distribution > 0 { return Int(series[slot].distribution) - 1 }
    let place: UInt32
    if let free = freeDistributions.popLast() {
      place = free
    } else {
      place = UInt32(distributions.count)
      distributions.append(.none)
    }
    series[slot].distribution = place + 1
    return Int(place)
  }
}
