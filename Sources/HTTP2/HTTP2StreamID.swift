/// The number of a stream within its connection; odd for streams that the client opened.
public typealias HTTP2StreamID = Int32
