internal import Bytes

/// The resources and scopes of an export request that is being written: logs and metrics have the same.
///
/// A resource or scope stays open until another one is wanted; one without items leaves nothing behind.
struct RequestFrame: ~Copyable {
  /// What a resource or a scope with its items takes in general: its length moves nothing then.
  private static let groupByteCount = 20_000
  /// The conventions that most telemetry follows.
  static let schema: StaticString = "https://opentelemetry.io/schemas/1.44.0"

  var buffer = ByteBuffer()
  /// The items written so far.
  var itemCount = 0
  /// Never the same for another scope that is open; 0: none is.
  private(set) var selection = 0
  private var lastSelection = 0
  private let version: String
  private let schema: StaticString
  private var resource: Group?
  private var scope: Group?
  private var resourceBytes = 0..<0
  private var scopeName: StaticString = ""
  private var expectedByteCount = 4096

  private struct Group {
    var start: Int
    var mark: Int
    var itemsBefore: Int
  }

  init(version: String, schema: StaticString = RequestFrame.schema) {
    self.version = version
    self.schema = schema
  }

  /// Has what follows belong to this resource and scope.
  mutating func select(_ attributes: Span<UInt8>, _ name: StaticString) {
    if resource == nil || !buffer.span.extracting(resourceBytes).isEqual(to: attributes) {
      closeResource()
      openResource(attributes)
    }
    if scope == nil || !isOpen(name) {
      closeScope()
      openScope(name)
    }
  }

  /// Ends everything that is open and takes the request.
  mutating func take() -> Payload {
    closeResource()
    expectedByteCount = buffer.count + buffer.count / 8
    defer { itemCount = 0 }
    return Payload(buffer.takeSlice(), itemCount: itemCount)
  }

  private func isOpen(_ name: StaticString) -> Bool {
    // Both are addresses of constants, which are compared only.
    let isSameText = unsafe name.utf8Start == scopeName.utf8Start
    return isSameText && name.utf8CodeUnitCount == scopeName.utf8CodeUnitCount
  }

  private mutating func openResource(_ attributes: Span<UInt8>) {
    if buffer.isEmpty { buffer.reserve(expectedByteCount) }
    let start = buffer.count
    buffer.appendTag(1, .length)
    let mark = buffer.openLength(expecting: RequestFrame.groupByteCount)
    resource = Group(start: start, mark: mark, itemsBefore: itemCount)
    buffer.appendTag(1, .length)
    buffer.appendVarint(UInt64(attributes.count))
    resourceBytes = buffer.count..<buffer.count + attributes.count
    buffer.append(attributes)
  }

  private mutating func closeResource() {
    closeScope()
    guard let group = resource else { return }
    resource = nil
    guard itemCount > group.itemsBefore else { return buffer.truncate(to: group.start) }
    buffer.appendField(3, schema)
    buffer.closeLength(group.mark, expecting: RequestFrame.groupByteCount)
  }

  private mutating func openScope(_ name: StaticString) {
    let start = buffer.count
    buffer.appendTag(2, .length)
    let mark = buffer.openLength(expecting: RequestFrame.groupByteCount)
    scope = Group(start: start, mark: mark, itemsBefore: itemCount)
    scopeName = name
    lastSelection += 1
    selection = lastSelection
    buffer.appendTag(1, .length)
    let inner = buffer.openLength()
    buffer.appendField(1, name)
    buffer.appendField(2, text: version)
    buffer.closeLength(inner)
  }

  private mutating func closeScope() {
    guard let group = scope else { return }
    scope = nil
    selection = 0
    guard itemCount > group.itemsBefore else { return buffer.truncate(to: group.start) }
    buffer.closeLength(group.mark, expecting: RequestFrame.groupByteCount)
  }
}
