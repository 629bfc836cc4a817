/// A line of elements: first in, first out.
struct FIFO<Element> {
  private var storage: [Element?] = []
  private var head = 0

  var isEmpty: Bool { head == storage.count }
  var first: Element? { isEmpty ? nil : storage[head] }

  mutating func append(_ element: Element) {
    storage.append(element)
  }

  /// Puts an element in front of the line.
  ///
  /// - Complexity: O(1) where an element was taken before, else O(n)
  mutating func prepend(_ element: Element) {
    guard head > 0 else {
      storage.insert(element, at: 0)
      return
    }
    head -= 1
    storage[head] = element
  }

  mutating func popFirst() -> Element? {
    guard head < storage.count else { return nil }
    let element = storage[head].take()
    head += 1
    // Moving the rest once half is empty keeps each removal at constant cost.
    if head > 32, head * 2 > storage.count {
      storage.removeFirst(head)
      head = 0
    } else if head == storage.count {
      storage.removeAll(keepingCapacity: true)
      head = 0
    }
    return element
  }
}
