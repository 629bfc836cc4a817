internal import Bytes
internal import Prometheus

/// Negotiates a scrape by the fields of a hostile scraper, and escapes names of its choice.
@c(LLVMFuzzerTestOneInput)
public func fuzzScrape(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  guard count > 1 else { return 0 }
  // libFuzzer keeps the input alive and unchanged during the call.
  let input = unsafe UnsafeBufferPointer(start: start, count: count).span
  let bytes = input.extracting(1..<count)
  if input[0] & 1 == 0 {
    negotiate(String(copying: bytes), allowsOpenMetrics: input[0] & 2 == 0)
  } else {
    expose(Array(copying: bytes), input[0] >> 1)
  }
  return 0
}

private func negotiate(_ field: String, allowsOpenMetrics: Bool) {
  let terms = ScrapeTerms(
    accept: field, acceptEncoding: field, allowsOpenMetrics: allowsOpenMetrics)
  precondition(allowsOpenMetrics || terms.format.syntax != .openMetrics, "it was not allowed")
  precondition(terms.fields.allSatisfy { $0.value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } })
  // What is answered is what would be chosen of it.
  let again = ExpositionFormat(
    accept: terms.format.contentType, allowsOpenMetrics: allowsOpenMetrics)
  precondition(again == terms.format, "\(terms.format) becomes \(again)")
  for range in AcceptedRange.all(field) {
    precondition(range.quality >= 0 && range.quality <= 1, "\(range.quality)")
  }
}

/// Writes the bytes as names, labels and help; the labels must be read back as they were written.
private func expose(_ bytes: [UInt8], _ choice: UInt8) {
  let syntaxes: [ExpositionFormat.Syntax] = [.text, .openMetrics, .protobuf]
  let escapings = NameEscaping.allCases
  let format = ExpositionFormat(
    syntaxes[Int(choice) % syntaxes.count], escaping: escapings[Int(choice / 4) % escapings.count])
  let middle = bytes.count / 2
  var block = ByteBuffer()
  LabelBlock.append(
    name: Array(bytes[..<middle]), value: Array(bytes[middle...]), to: &block, blockStart: 0)
  var labels = 0
  LabelBlock.forEach(block.span) { _, _ in labels += 1 }
  precondition(labels == 1, "one label is read as \(labels)")
  var writer = ExpositionWriter(format, mayHaveUTF8Names: true)
  writer.beginFamily(FamilyHead(name: bytes, unit: [], help: bytes, kind: .gauge))
  writer.add(block.span, Span(), .int(1))
  writer.endFamily()
  writer.finish()
  let text = writer.take()
  guard format.syntax != .protobuf else { return }
  let lines = text.array.split(separator: UInt8(ascii: "\n"))
  let expected = format.syntax == .openMetrics ? 4 : 3
  precondition(lines.count == expected, "\(lines.count) lines instead of \(expected)")
}
