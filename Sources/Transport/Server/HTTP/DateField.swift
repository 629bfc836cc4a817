internal import Diagnostics
internal import Glibc
internal import HTTPTypes

/// The `date` field of a shard's answers, made once a second; RFC 9110, section 6.6.1.
struct DateField {
  private var second = -1
  private var text = ""

  /// Appends the date to the fields of an answer that has none.
  mutating func append(to fields: inout HTTPFields) {
    guard !fields.contains("date") else { return }
    // No system call: the time is read from memory that the kernel shares.
    let now = time(nil)
    if now != second {
      second = now
      text = WallTime(milliseconds: Int64(now) * 1000).httpDate
    }
    fields.append("date", text)
  }
}
