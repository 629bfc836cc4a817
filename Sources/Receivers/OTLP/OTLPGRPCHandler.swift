internal import Bytes
internal import GRPC
internal import OTLP
internal import Queues
internal import Telemetry
internal import Transport

/// Answers OTLP/gRPC calls; OTLP specification, "OTLP/gRPC".
final class OTLPGRPCHandler: GRPCHandler {
  private let ingress: OTLPIngress
  private let includesMetadata: Bool
  /// The memory of each call under way, by the call's identity, on the shard of the call.
  private let reservations: [ShardBound<CallReservations>]

  init(_ config: OTLPGRPCServerConfig, _ ingress: OTLPIngress, _ shards: Shards) {
    self.ingress = ingress
    includesMetadata = config.includesMetadata
    reservations = shards.all.map { ShardBound(CallReservations(), to: $0) }
  }

  func handles(path: String) -> Bool {
    Signal(grpcPath: path).map(ingress.takes) ?? false
  }

  func begin(_ call: GRPCServerCall) {
    guard let signal = Signal(grpcPath: call.path) else { return }
    if let refusal = ingress.refusal(of: signal) {
      return call.fail(ExportRefusal.delivery(refusal).grpcStatus)
    }
    let memory = BodyReservation(ingress)
    let calls = reservations[call.shard.index].value
    let identity = ObjectIdentifier(call)
    calls.byCall[identity] = memory
    call.onCancel = { calls.byCall[identity] = nil }
    call.admit = { (byteCount) throws(GRPCStatus) in
      guard memory.admit(byteCount) else {
        calls.byCall[identity] = nil
        throw ExportRefusal.delivery(.memoryPressure).grpcStatus
      }
    }
  }

  func receive(_ call: GRPCServerCall, message: ByteSlice) {
    let calls = reservations[call.shard.index].value
    let memory = calls.byCall.removeValue(forKey: ObjectIdentifier(call))
    guard let signal = Signal(grpcPath: call.path) else { return }
    let bound = call.bound
    ingress.ingest(message, signal, origin(of: call), memory?.reservation) { result in
      bound.shard.run {
        switch result {
        case .success(let response): OTLPGRPCHandler.respond(bound.value, response, signal)
        case .failure(let refusal): bound.value.fail(refusal.grpcStatus)
        }
      }
    }
  }

  private static func respond(
    _ call: GRPCServerCall, _ response: ExportResponse, _ signal: Signal
  ) {
    guard !response.isFullSuccess else { return call.respond() }
    var message = ByteBuffer()
    response.encode(for: signal, as: .protobuf, into: &message)
    call.respond(message: message.takeSlice())
  }

  private func origin(of call: GRPCServerCall) -> Origin {
    includesMetadata
      ? Origin(peer: call.peer, metadata: call.metadata.metadata) : Origin(peer: call.peer)
  }
}

/// The memory of the calls of one shard whose messages are coming in.
private final class CallReservations {
  var byCall: [ObjectIdentifier: BodyReservation] = [:]
}
