internal import Telemetry

/// A finished request on its way to the pipelines, and how many records of each program it is made of.
struct ProbeParcel: Sendable {
  let signal: Signal
  let payload: Payload
  /// By program number; empty where none are counted.
  let records: [Int]
}
