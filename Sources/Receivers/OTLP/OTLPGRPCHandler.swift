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

  init(_ config: OTLPGRPCServerConfig, _ ingress: OTLPIngress) {
    self.ingress = ingress
    includesMetadata = config.includesMetadata
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
    // The call lets go of its memory however it ends: answered, malformed or cancelled.
    call.attachment = memory
    call.onRefusal = { [ingress] status in
      ingress.refuse(signal, RefusalReason(status, isMemoryRefused: memory.isRefused))
    }
    call.unadmittedByteCount = { [ingress] in ingress.availableByteCount }
    call.admit = { (byteCount) throws(GRPCStatus) in
      guard memory.admit(byteCount) else {
        throw ExportRefusal.delivery(.memoryPressure).grpcStatus
      }
    }
  }

  func receive(_ call: GRPCServerCall, message: ByteSlice) {
    let memory = call.attachment as? BodyReservation
    // From here on the batch's delivery keeps it, also when the caller goes away.
    call.attachment = nil
    guard let signal = Signal(grpcPath: call.path) else { return }
    let bound = call.bound
    ingress.ingest(message, signal, origin(of: call), memory?.reservation) { result in
      // Not `run`: most answers are given at once, and its closure would be an allocation for each.
      if bound.shard.isCurrent {
        OTLPGRPCHandler.answer(bound.value, result, signal)
      } else {
        bound.shard.post { OTLPGRPCHandler.answer(bound.value, result, signal) }
      }
    }
  }

  private static func answer(
    _ call: GRPCServerCall, _ result: Result<ExportResponse, ExportRefusal>, _ signal: Signal
  ) {
    switch result {
    case .success(let response): respond(call, response, signal)
    case .failure(let refusal): call.fail(refusal.grpcStatus)
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
      ? Origin(call.peer, metadata: call.metadata.metadata) : Origin(call.peer)
  }
}
