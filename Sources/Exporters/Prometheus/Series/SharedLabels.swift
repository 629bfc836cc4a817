internal import Bytes
internal import Prometheus

/// Labels that many series have in common: of the configuration, the resource and the scope.
struct SharedLabels {
  /// The labels as they are written.
  let block: [UInt8]
  /// The names, which a point's own labels must not have.
  let names: [[UInt8]]
  /// The sum of the labels' hashes.
  let hashSum: UInt64

  init(_ labels: LabelCollection) {
    var buffer = ByteBuffer()
    hashSum = labels.write(to: &buffer)
    block = Array(copying: buffer.span)
    names = labels.names
  }
}
