import Testing

@testable import Exporters

@Suite struct MappedArrayTests {
  @Test("keeps its values while it grows beyond its pages")
  func grows() {
    var array = MappedArray<UInt32>()
    for value in 0..<10_000 as Range<UInt32> { array.append(value) }
    array[9_999] = 7
    let (count, first, middle, last) = (array.count, array[0], array[5_000], array[9_999])
    #expect((count, first, middle, last) == (10_000, 0, 5_000, 7))
  }

  @Test("begins with zeros where it is asked for so many values")
  func zeros() {
    let array = MappedArray<UInt64>(zeroCount: 3_000)
    var isZero = true
    for index in array.indices where array[index] != 0 { isZero = false }
    #expect(isZero)
  }

  @Test("takes many values at once, also more than there is room for")
  func appendsSpans() {
    var array = MappedArray<UInt8>()
    let bytes = [UInt8](repeating: 9, count: 20_000)
    array.append(bytes.span)
    array.append(bytes.span)
    let (count, last) = (array.span.count, array[39_999])
    #expect(count == 40_000 && last == 9)
  }
}
