internal import Configuration

/// Reads the input as YAML; what has no problems must come back after printing it.
@c(LLVMFuzzerTestOneInput)
public func fuzzYAML(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  // libFuzzer keeps the input unchanged during the call.
  let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  let problems = ConfigProblems()
  let node = ConfigNode(yaml: bytes, source: "input", problems: problems)
  precondition(node != nil || !problems.all.isEmpty, "refused without a problem")
  guard let node, problems.all.isEmpty else { return 0 }
  let printer = ConfigPrinter(redacting: nil)
  let text = printer.yaml(node)
  // Aliases expand without cost, printing them does not; beyond the limit nothing can come back.
  guard text.utf8.count < 1 << 20 else { return 0 }
  let found = ConfigProblems()
  guard let again = ConfigNode(yaml: text, source: "printed", problems: found), found.all.isEmpty
  else { preconditionFailure("printed YAML is not YAML") }
  precondition(printer.json(again) == printer.json(node), "printed YAML means something else")
  return 0
}
