extension WallTime {
  /// The date as in HTTP's `date` field, such as `Sun, 06 Nov 1994 08:49:37 GMT`; RFC 9110, 5.6.7.
  public var httpDate: String {
    let date = calendar
    let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let weekday = weekdays[Int(((date.dayNumber % 7) + 7) % 7)]
    let day = "\(WallTime.padded(date.day, 2)) \(months[Int(date.month) - 1])"
    let time = date.time.map { WallTime.padded($0, 2) }.joined(separator: ":")
    return "\(weekday), \(day) \(WallTime.padded(date.year, 4)) \(time) GMT"
  }
}
