/// Where a string's content lies in the text, between its quotation marks.
struct JSONString {
  let range: Range<Int>
  /// Whether there are escapes, so that the content is not the bytes themselves.
  let hasEscapes: Bool
}
