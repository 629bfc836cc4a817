internal import Configuration

/// Loads the input as a configuration whose variables and files bring the input again.
@c(LLVMFuzzerTestOneInput)
public func fuzzExpansion(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  // libFuzzer keeps the input unchanged during the call.
  let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  guard bytes.count <= 4096 else { return 0 }
  let half = String(decoding: bytes.suffix(bytes.count / 2), as: UTF8.self)
  let environment = ConfigEnvironment(
    variable: { name in
      switch name {
      case "A": "a"
      case "B": "${A}$$[${env:A}]"
      case "C": half
      default: nil
      }
    },
    file: { path in
      switch path {
      case "input": .bytes(bytes)
      case "f": .bytes(Array("k: '${C}'\nl: [1, 'x${B}']\n".utf8))
      default: .unreadable("No such file or directory")
      }
    })
  let text = String(decoding: bytes, as: UTF8.self)
  let loaded = ConfigLoader.load(
    sources: ["input", "yaml:v: ${C}"], sets: [text], environment: environment)
  precondition(loaded.node != nil || !loaded.problems.all.isEmpty, "refused without a problem")
  return 0
}
