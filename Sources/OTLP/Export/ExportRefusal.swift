public import Telemetry

/// Why a server does not take an export request.
public enum ExportRefusal: Error, Sendable, Equatable {
  /// The request is wrong and will be so each time; the violations say in which fields.
  case invalid(String, violations: [RPCStatus.FieldViolation] = [])
  /// The request is larger than this server takes.
  case tooLarge(String)
  /// The request could not be delivered.
  case delivery(DeliveryError)

  /// The refusal of JSON that could not be decoded; `.tooLarge` where the decoder's limit was met.
  public init(_ error: JSONError) {
    self =
      error.reason == .outputTooLarge
      ? .tooLarge(error.description) : .undecodable(error.description, field: error.path)
  }

  /// The refusal of a body that is not what its content type says; `field` is empty where no field
  /// is known.
  public static func undecodable(_ reason: String, field: String = "") -> ExportRefusal {
    .invalid(reason, violations: [.init(field: field, description: reason)])
  }
}
