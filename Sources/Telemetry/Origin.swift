/// What is known of how a batch came in.
public struct Origin: Sendable {
  /// One piece of request metadata: a header that the receiver kept.
  public struct Metadata: Sendable, Hashable {
    /// The header's name in lower case.
    public let name: String
    /// Its values in order.
    public let values: [String]

    /// Metadata of this name and these values.
    public init(name: String, values: [String]) {
      self.name = name
      self.values = values
    }
  }

  /// The sender's address, `host:port`, a socket's path, or empty where there is no sender.
  public var peer: String
  /// The connection that the batch came over; nil where it is not known, as for batches joined of several.
  public var connection: (any SenderConnection)?
  /// The request's headers, where the receiver has `include_metadata`.
  public var metadata: [Metadata]

  /// An origin of this peer and metadata.
  public init(peer: String = "", metadata: [Metadata] = []) {
    self.peer = peer
    self.metadata = metadata
  }

  /// An origin of what came over this connection.
  public init(_ connection: any SenderConnection, metadata: [Metadata] = []) {
    self.init(peer: connection.description, metadata: metadata)
    self.connection = connection
  }

  /// The values of the header called `name`, given in lower case.
  public func values(of name: String) -> [String] {
    metadata.first { $0.name == name }?.values ?? []
  }
}
