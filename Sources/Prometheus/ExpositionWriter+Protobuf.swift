internal import Bytes

/// Messages of `io.prometheus.client`; the numbers are those of its metrics.proto.
extension ExpositionWriter {
  mutating func writeMessageHead() {
    let (name, unit) = (base, head.unit)
    output.appendField(1, bytes: name.span)
    if !head.help.isEmpty {
      let help = NameCharacters.repaired(head.help)
      output.appendField(2, bytes: help.span)
    }
    output.appendField(3, varint: head.kind.protobufNumber)
    if !unit.isEmpty { output.appendField(5, bytes: unit.span) }
  }

  private mutating func open(_ number: Int) -> Int {
    output.appendTag(number, .length)
    return output.openLength()
  }

  private mutating func writeLabels(_ number: Int, _ block: Span<UInt8>) {
    guard block.count > 0 else { return }
    var pairs = ByteBuffer()
    LabelBlock.forEach(block) { name, value in
      pairs.appendField(number) { pair in
        pair.appendField(1, bytes: name.span)
        pair.appendField(2, bytes: value.span)
      }
    }
    output.append(pairs.span)
  }

  private mutating func writeTimestamp(_ number: Int, _ nanoseconds: UInt64) {
    guard nanoseconds > 0 else { return }
    output.appendField(number) { time in
      time.appendField(1, varint: nanoseconds / 1_000_000_000)
      time.appendField(2, varint: nanoseconds % 1_000_000_000)
    }
  }

  private mutating func writeExemplar(_ number: Int, _ exemplar: ExemplarSample) {
    let mark = open(number)
    writeLabels(1, exemplar.labels.span)
    output.appendField(2, double: exemplar.value)
    writeTimestamp(3, exemplar.time)
    output.closeLength(mark)
  }

  private mutating func writeSampleTime(_ times: SampleTimes) {
    if times.timestamp > 0 { output.appendField(6, varint: times.timestamp / 1_000_000) }
  }

  mutating func writeMessage(
    _ shared: Span<UInt8>, _ own: Span<UInt8>, _ value: SampleValue, _ times: SampleTimes,
    _ exemplar: ExemplarSample?
  ) {
    let metric = open(4)
    writeLabels(1, shared)
    writeLabels(1, own)
    let field =
      switch head.kind {
      case .counter: 3
      case .unknown: 5
      default: 2
      }
    let mark = open(field)
    output.appendField(1, double: value.double)
    if head.kind == .counter {
      if let exemplar { writeExemplar(2, exemplar) }
      writeTimestamp(3, times.created)
    }
    output.closeLength(mark)
    writeSampleTime(times)
    output.closeLength(metric)
  }

  mutating func writeMessage(
    _ labels: Span<UInt8>, _ histogram: HistogramSample, _ times: SampleTimes
  ) {
    let metric = open(4)
    writeLabels(1, labels)
    let mark = open(7)
    output.appendField(1, varint: histogram.count)
    if let sum = histogram.sum { output.appendField(2, double: sum) }
    var total: UInt64 = 0
    for index in 0...histogram.bounds.count {
      if index < histogram.counts.count { total &+= histogram.counts[index] }
      let isLast = index == histogram.bounds.count
      let bucket = open(3)
      output.appendField(1, varint: isLast ? histogram.count : total)
      output.appendField(2, double: isLast ? .infinity : histogram.bounds[index])
      if index < histogram.exemplars.count, let exemplar = histogram.exemplars[index] {
        writeExemplar(3, exemplar)
      }
      output.closeLength(bucket)
    }
    writeTimestamp(15, times.created)
    output.closeLength(mark)
    writeSampleTime(times)
    output.closeLength(metric)
  }

  mutating func writeMessage(
    _ labels: Span<UInt8>, _ histogram: NativeHistogramSample, _ times: SampleTimes
  ) {
    let metric = open(4)
    writeLabels(1, labels)
    let mark = open(7)
    output.appendField(1, varint: histogram.count)
    if let sum = histogram.sum { output.appendField(2, double: sum) }
    output.appendTag(5, .varint)
    output.appendZigzag(Int64(histogram.schema))
    output.appendField(6, double: histogram.zeroThreshold)
    output.appendField(7, varint: histogram.zeroCount)
    writeBuckets(histogram.negative, span: 9, delta: 10)
    writeBuckets(histogram.positive, span: 12, delta: 13)
    // A histogram without a bucket is told from a classic one by an empty span.
    if histogram.zeroCount == 0, histogram.count == 0 {
      let empty = open(12)
      output.closeLength(empty)
    }
    writeTimestamp(15, times.created)
    for exemplar in histogram.exemplars { writeExemplar(16, exemplar) }
    output.closeLength(mark)
    writeSampleTime(times)
    output.closeLength(metric)
  }

  /// Writes runs of buckets that are not empty, and each count as the difference to the one before.
  private mutating func writeBuckets(
    _ buckets: NativeHistogramSample.Buckets, span: Int, delta: Int
  ) {
    var next = 0
    var index = 0
    var isFirst = true
    while index < buckets.counts.count {
      guard buckets.counts[index] > 0 else {
        index += 1
        continue
      }
      let start = index
      while index < buckets.counts.count, buckets.counts[index] > 0 { index += 1 }
      let mark = open(span)
      output.appendTag(1, .varint)
      output.appendZigzag(
        isFirst ? Int64(buckets.offset) + Int64(start) : Int64(start - next))
      output.appendField(2, varint: UInt64(index - start))
      output.closeLength(mark)
      next = index
      isFirst = false
    }
    var previous: UInt64 = 0
    for count in buckets.counts where count > 0 {
      output.appendTag(delta, .varint)
      output.appendZigzag(Int64(bitPattern: count &- previous))
      previous = count
    }
  }

  mutating func writeMessage(_ labels: Span<UInt8>, _ summary: SummarySample, _ times: SampleTimes)
  {
    let metric = open(4)
    writeLabels(1, labels)
    let mark = open(4)
    output.appendField(1, varint: summary.count)
    output.appendField(2, double: summary.sum)
    for quantile in summary.quantiles {
      output.appendField(3) { field in
        field.appendField(1, double: quantile.quantile)
        field.appendField(2, double: quantile.value)
      }
    }
    writeTimestamp(4, times.created)
    output.closeLength(mark)
    writeSampleTime(times)
    output.closeLength(metric)
  }
}
