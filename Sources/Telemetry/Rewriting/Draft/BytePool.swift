/// The bytes of a program's keys and literals, each once; drafts begin with them.
struct BytePool {
  private(set) var bytes: [UInt8] = []
  private var places: [[UInt8]: MessageDraft.Place] = [:]

  mutating func place(of wanted: [UInt8]) -> MessageDraft.Place {
    if let known = places[wanted] { return known }
    let start = bytes.count
    bytes += wanted
    let place = MessageDraft.Place(start: start, end: bytes.count, isOwn: true)
    places[wanted] = place
    return place
  }
}
