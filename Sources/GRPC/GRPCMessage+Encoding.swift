extension GRPCMessage {
  /// How these bytes are compressed, when the stream's head declared `encoding`.
  ///
  /// - Throws: INTERNAL for a compressed message on a stream that declared no compression, as
  ///   the gRPC compression document demands.
  public func encoding(declared encoding: GRPCEncoding) throws(GRPCStatus) -> GRPCEncoding {
    guard isCompressed else { return .identity }
    guard encoding != .identity else {
      throw GRPCStatus(.internal, "compressed flag set with identity or empty encoding")
    }
    return encoding
  }
}
