internal import Bytes

extension ExpositionWriter {
  mutating func writeTextHead() {
    if !head.help.isEmpty {
      output.append("# HELP ")
      writeName("")
      output.append(UInt8(ascii: " "))
      let help = head.help
      LabelBlock.appendEscaped(help, to: &output, escapesQuotes: false)
      output.append(UInt8(ascii: "\n"))
    }
    writeMeta("# TYPE ")
    output.append(head.kind.textWord)
    output.append(UInt8(ascii: "\n"))
  }

  mutating func writeOpenMetricsHead() {
    // The suffix belongs to the samples. A counter without it is none in OpenMetrics.
    var kind = head.kind
    switch kind {
    case .counter where !dropSuffix("_total"): kind = .unknown
    case .info where !dropSuffix("_info"): kind = .gauge
    default: break
    }
    head.kind = kind
    writeMeta("# TYPE ")
    output.append(kind.openMetricsWord)
    output.append(UInt8(ascii: "\n"))
    if !head.unit.isEmpty, kind != .info, kind != .stateSet,
      base.count > head.unit.count + 1, base.suffix(head.unit.count).elementsEqual(head.unit),
      base[base.count - head.unit.count - 1] == UInt8(ascii: "_")
    {
      writeMeta("# UNIT ")
      let unit = head.unit
      output.append(unit.span)
      output.append(UInt8(ascii: "\n"))
    }
    if !head.help.isEmpty {
      writeMeta("# HELP ")
      let help = head.help
      LabelBlock.appendEscaped(help, to: &output, escapesQuotes: true)
      output.append(UInt8(ascii: "\n"))
    }
  }

  private mutating func dropSuffix(_ suffix: String) -> Bool {
    let bytes = Array(suffix.utf8)
    guard base.count > bytes.count, base.suffix(bytes.count).elementsEqual(bytes) else {
      return false
    }
    base.removeLast(bytes.count)
    isQuoted = !ClassicName.isMetric(base.span)
    return true
  }

  private mutating func writeMeta(_ what: StaticString) {
    output.append(what)
    writeName("")
    output.append(UInt8(ascii: " "))
  }

  private mutating func writeName(_ suffix: StaticString) {
    if isQuoted {
      let name = base + ExpositionWriter.bytes(suffix)
      LabelBlock.appendQuoted(name, to: &output)
    } else {
      let base = base
      output.append(base.span)
      output.append(suffix)
    }
  }

  /// Writes name and labels up to and with the blank before the value.
  private mutating func writeSeries(
    _ suffix: StaticString, _ shared: Span<UInt8>, _ own: Span<UInt8>,
    extra: StaticString = "", _ extraValue: Double = 0
  ) {
    let hasExtra = extra.utf8CodeUnitCount > 0
    if isQuoted {
      output.append(UInt8(ascii: "{"))
      writeName(suffix)
    } else {
      writeName(suffix)
      guard shared.count > 0 || own.count > 0 || hasExtra else {
        output.append(UInt8(ascii: " "))
        return
      }
      output.append(UInt8(ascii: "{"))
    }
    var needsComma = isQuoted
    if shared.count > 0 {
      if needsComma { output.append(UInt8(ascii: ",")) }
      output.append(shared)
      needsComma = true
    }
    if own.count > 0 {
      if needsComma { output.append(UInt8(ascii: ",")) }
      output.append(own)
      needsComma = true
    }
    if hasExtra {
      if needsComma { output.append(UInt8(ascii: ",")) }
      output.append(extra)
      output.append("=\"")
      output.appendNumber(extraValue, canonical: format.syntax == .openMetrics)
      output.append(UInt8(ascii: "\""))
    }
    output.append("} ")
  }

  private mutating func writeEnd(_ times: SampleTimes, _ exemplar: ExemplarSample? = nil) {
    let isOpenMetrics = format.syntax == .openMetrics
    if times.timestamp > 0 {
      output.append(UInt8(ascii: " "))
      if isOpenMetrics {
        output.appendSeconds(times.timestamp)
      } else {
        output.appendDecimal(times.timestamp / 1_000_000)
      }
    }
    if isOpenMetrics, let exemplar {
      output.append(" # {")
      output.append(exemplar.labels.span)
      output.append("} ")
      output.appendNumber(exemplar.value)
      if exemplar.time > 0 {
        output.append(UInt8(ascii: " "))
        output.appendSeconds(exemplar.time)
      }
    }
    output.append(UInt8(ascii: "\n"))
  }

  mutating func writeLine(
    _ shared: Span<UInt8>, _ own: Span<UInt8>, _ value: SampleValue, _ times: SampleTimes,
    _ exemplar: ExemplarSample?
  ) {
    let isOpenMetrics = format.syntax == .openMetrics
    let isCounter = head.kind == .counter
    if isOpenMetrics {
      writeSeries(isCounter ? "_total" : head.kind == .info ? "_info" : "", shared, own)
    } else {
      writeSeries("", shared, own)
    }
    output.appendNumber(value)
    writeEnd(times, isCounter ? exemplar : nil)
    if isOpenMetrics, isCounter { writeCreated(shared, own, times) }
  }

  private mutating func writeCreated(
    _ shared: Span<UInt8>, _ own: Span<UInt8>, _ times: SampleTimes
  ) {
    guard times.created > 0, format.syntax == .openMetrics else { return }
    writeSeries("_created", shared, own)
    output.appendSeconds(times.created)
    writeEnd(SampleTimes(timestamp: times.timestamp))
  }

  mutating func writeLines(
    _ labels: Span<UInt8>, _ histogram: HistogramSample, _ times: SampleTimes
  ) {
    var total: UInt64 = 0
    for (index, bound) in histogram.bounds.enumerated() {
      if index < histogram.counts.count { total &+= histogram.counts[index] }
      writeSeries("_bucket", labels, Span(), extra: "le", bound)
      output.appendDecimal(total)
      writeEnd(times, exemplar(of: histogram, index))
    }
    writeSeries("_bucket", labels, Span(), extra: "le", .infinity)
    output.appendDecimal(histogram.count)
    writeEnd(times, exemplar(of: histogram, histogram.bounds.count))
    if let sum = histogram.sum {
      writeSeries("_sum", labels, Span())
      output.appendNumber(sum)
      writeEnd(times)
    }
    writeSeries("_count", labels, Span())
    output.appendDecimal(histogram.count)
    writeEnd(times)
    writeCreated(labels, Span(), times)
  }

  private func exemplar(of histogram: HistogramSample, _ index: Int) -> ExemplarSample? {
    index < histogram.exemplars.count ? histogram.exemplars[index] : nil
  }

  mutating func writeLines(_ labels: Span<UInt8>, _ summary: SummarySample, _ times: SampleTimes) {
    for quantile in summary.quantiles {
      writeSeries("", labels, Span(), extra: "quantile", quantile.quantile)
      output.appendNumber(quantile.value)
      writeEnd(times)
    }
    writeSeries("_sum", labels, Span())
    output.appendNumber(summary.sum)
    writeEnd(times)
    writeSeries("_count", labels, Span())
    output.appendDecimal(summary.count)
    writeEnd(times)
    writeCreated(labels, Span(), times)
  }

  static func bytes(_ text: StaticString) -> [UInt8] {
    Array(String(describing: text).utf8)
  }
}
