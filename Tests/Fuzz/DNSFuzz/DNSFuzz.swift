internal import Bytes
internal import DNS

/// Reads the input as a message, and as its first half: what both give must be the same.
@c(LLVMFuzzerTestOneInput)
public func fuzzDNS(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  // libFuzzer keeps the input unchanged during the call.
  let input = unsafe UnsafeBufferPointer(start: start, count: count).span
  let whole = texts(input)
  let half = texts(input.extracting(0..<count / 2))
  precondition(whole.starts(with: half), "the half reads differently: \(whole) \(half)")
  return 0
}

private func texts(_ bytes: Span<UInt8>) -> [String] {
  var texts: [String] = []
  do throws(DNSError) {
    let message = try DNSMessageView(bytes)
    if let question = message.question { texts.append(try name(question.nameOffset, in: bytes)) }
    var records = message.records
    while let record = try records.next() {
      texts.append(try name(record.nameOffset, in: bytes))
      var text = ByteBuffer()
      let isKnown = try record.appendData(from: bytes, to: &text)
      precondition(text.count <= DNSRecord.textLimit, "a text of \(text.count) bytes")
      if isKnown { texts.append(String(copying: text.span)) }
    }
  } catch {}
  return texts
}

private func name(_ offset: Int, in bytes: Span<UInt8>) throws(DNSError) -> String {
  var text = ByteBuffer()
  let end = try DNSName.append(from: bytes, at: offset, to: &text)
  precondition(text.count <= DNSName.textLimit && end <= bytes.count, "a name past its bounds")
  let skipped = try DNSName.skip(bytes, at: offset)
  precondition(skipped == end, "a name ends in two places")
  return String(copying: text.span)
}
