internal import CProbeEvents
internal import EBPF
internal import Telemetry

/// How long block requests took, by device and by what they did.
struct BlockIOTable {
  static let shape = MetricShape(
    "system.disk.io.latency", .exponentialHistogram, unit: "s",
    "The time from the making of a block request to its end.")

  private struct Key: Hashable {
    let device: String
    let operation: BlockOperation
  }

  private var names: BlockDeviceNames
  private let config: LatencyConfig

  /// A table that leaves out what the configuration does.
  init(_ config: LatencyConfig, names: BlockDeviceNames = BlockDeviceNames()) {
    self.config = config
    self.names = names
  }

  /// Writes what the program has counted so far.
  mutating func write(_ map: BPFMap, to metrics: inout MetricsWriter) throws(BPFError) {
    var histograms: [Key: LatencyHistogram] = [:]
    var names = self.names
    try map.forEach { key, values in
      guard let raw = key.load(block_io_key.self) else { return }
      let device = names.name(major: raw.major, minor: raw.minor)
      guard config.tells(of: device) else { return }
      let histogram = LatencyHistogram(
        values, count: map.valuesPerEntry, stride: map.valueStride)
      let key = Key(device: device, operation: BlockOperation(raw.operation))
      histograms[key, default: LatencyHistogram()].add(histogram)
    }
    self.names = names
    metrics.open(BlockIOTable.shape)
    for (key, histogram) in histograms where histogram.count > 0 {
      metrics.attribute("system.device", key.device.utf8Span.span)
      metrics.attribute("disk.io.direction", key.operation.name)
      histogram.write(to: &metrics)
    }
    metrics.close()
  }
}

/// What a block request does.
enum BlockOperation: Hashable {
  case read
  case write
  case flush
  case discard
  case secureErase
  case writeZeroes
  case other

  /// The operation with the kernel's number (`enum req_op`).
  init(_ number: UInt32) {
    self =
      switch number {
      case 0: .read
      case 1: .write
      case 2: .flush
      case 3: .discard
      case 5: .secureErase
      case 9: .writeZeroes
      default: .other
      }
  }

  /// What `disk.io.direction` says.
  var name: StaticString {
    switch self {
    case .read: "read"
    case .write: "write"
    case .flush: "flush"
    case .discard: "discard"
    case .secureErase: "secure_erase"
    case .writeZeroes: "write_zeroes"
    case .other: "other"
    }
  }
}
