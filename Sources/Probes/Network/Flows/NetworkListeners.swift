internal import Bytes
internal import Identity
internal import Telemetry

/// Writes listening sockets as log records of the event `network.listener`: when they begin, when they end, and once those that were
/// there before.
struct NetworkListeners: ~Copyable {
  static let event: StaticString = "network.listener"
  /// The most sockets that are known to have been told of; of more only the beginning and the end are told.
  static let capacity = 4096
  /// The most bytes of a record's attributes beside its owner's: seven, with keys of 23 bytes and an address of 39.
  private static let byteLimit = 7 * (RecordPen.overhead + 23) + 39

  private var told: Set<UInt64> = []
  private var text = ByteBuffer(minimumCapacity: 64)
  private let head = RecordHead(event: event)

  /// Whether this record of a listening socket says something new; to be asked once for each record.
  mutating func isNews(_ listener: NetworkFlow) -> Bool {
    if listener.cause == .closed {
      told.remove(listener.cookie)
      return true
    }
    guard told.count < NetworkListeners.capacity else { return listener.cause == .opened }
    return told.insert(listener.cookie).inserted
  }

  /// Writes the record with the encoded attributes of the socket's owner.
  mutating func write(
    _ listener: NetworkFlow, _ owner: AttributeBytes, _ clock: BootClock,
    _ output: inout ProbeOutput
  ) {
    output.logs.open(
      head, time: clock.unixNanoseconds(sinceBoot: listener.time), observed: output.observed)
    output.logs.attributes(owner.bytes.span, from: owner.field)
    text.truncate(to: 0)
    listener.local.append(to: &text)
    output.logs.write(atMost: NetworkListeners.byteLimit) { pen in
      pen.attribute("network.listener.state", listener.cause.name)
      pen.attribute("network.transport", "tcp" as StaticString)
      pen.attribute("network.type", (listener.isIPv4Socket ? "ipv4" : "ipv6") as StaticString)
      pen.attribute("network.namespace.inode", Int64(listener.namespace))
      pen.attribute("server.address", utf8: text.span)
      pen.attribute("server.port", Int64(listener.localPort))
      pen.attribute("network.listener.waiting", Int64(listener.backlog))
    }
    output.logs.close()
  }
}
