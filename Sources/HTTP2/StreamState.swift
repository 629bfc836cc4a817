/// What the session knows of a stream beside what nghttp2 knows.
///
/// An object: changing a value of a dictionary in place takes three allocations each time.
final class StreamState {
  var body: OutgoingBody?
  /// Whether the receiver has heard of the stream, and so must hear of its end.
  var isAnnounced = false
  /// Whether the final response's head came (clients).
  var hasHead = false
  var sawEnd = false
  /// Whether this side has submitted its response (servers).
  var isAnswered = false
  /// Whether this side has reset the stream; what still comes is dropped.
  var isReset = false
}
