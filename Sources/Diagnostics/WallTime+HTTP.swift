extension WallTime {
  /// The date as in HTTP's `date` field, such as `Sun, 06 Nov 1994 08:49:37 GMT`; RFC 9110, 5.6.7.
  public var httpDate: String {
    let calendar = calendar
    let date = calendar.date
    let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let weekday = weekdays[Int(((calendar.dayNumber % 7) + 7) % 7)]
    let day = "\(date.day.padded(to: 2)) \(months[Int(date.month) - 1])"
    let time = calendar.time.map { $0.padded(to: 2) }.joined(separator: ":")
    return "\(weekday), \(day) \(date.year.padded(to: 4)) \(time) GMT"
  }
}
