/// The numbers of the fields that edits and tests look at in one kind of message; 0 where it has none.
struct ItemLayout {
  let attributes: Int
  var name = 0
  var second = 0
  var number = 0

  static let resource = ItemLayout(attributes: 1)
  static let scope = ItemLayout(attributes: 3, name: 1, second: 2)
  static let span = ItemLayout(attributes: 9, name: 5, number: 6)
  static let logRecord = ItemLayout(attributes: 6, name: 3, second: 5, number: 2)
  static let metric = ItemLayout(attributes: 0, name: 1)

  /// The layout of the data points in a metric's field of this number; nil where it holds none.
  static func dataPoints(of field: Int) -> ItemLayout? {
    switch field {
    // Gauge, sum and summary; histogram; exponential histogram.
    case 5, 7, 11: ItemLayout(attributes: 7)
    case 9: ItemLayout(attributes: 9)
    case 10: ItemLayout(attributes: 1)
    default: nil
    }
  }
}
