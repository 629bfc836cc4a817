/// Guesses at what a misspelt word was meant to be.
public enum Spelling {
  /// The known word nearest to `word`: at most two letters away, or one beginning with the other.
  ///
  /// Letter case does not count. Nil where no word is near, or where `word` is longer than 64
  /// characters.
  public static func nearest(to word: String, among known: [String]) -> String? {
    let letters = Array(word.lowercased())
    guard !letters.isEmpty, letters.count <= 64 else { return nil }
    var best: (word: String, distance: Int)?
    for candidate in known where candidate.utf8.count <= 256 {
      let other = Array(candidate.lowercased())
      guard let distance = distance(letters, other) else { continue }
      if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
    }
    return best?.word
  }

  /// `; did you mean "x"?`, or nothing.
  public static func hint(for word: String, among known: [String]) -> String {
    nearest(to: word, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
  }

  private static func distance(_ word: [Character], _ other: [Character]) -> Int? {
    let limit = min(word.count, other.count) <= 3 ? 1 : 2
    if abs(word.count - other.count) <= limit {
      let distance = edits(word, other)
      if distance <= limit { return distance }
    }
    let shorter = min(word.count, other.count)
    let isPrefix = shorter >= 3 && word.prefix(shorter) == other.prefix(shorter)
    // Behind every word that is a slip of the finger away.
    return isPrefix ? 3 + abs(word.count - other.count) : nil
  }

  /// Letters added, dropped, changed or swapped with their neighbour.
  private static func edits(_ word: [Character], _ other: [Character]) -> Int {
    var before: [Int] = []
    var last = Array(0...other.count)
    for row in 1...max(word.count, 1) where row <= word.count {
      var next = [row]
      for column in 1...max(other.count, 1) where column <= other.count {
        let isSame = word[row - 1] == other[column - 1]
        var cost = min(last[column] + 1, next[column - 1] + 1, last[column - 1] + (isSame ? 0 : 1))
        if row > 1, column > 1, word[row - 1] == other[column - 2],
          word[row - 2] == other[column - 1]
        {
          cost = min(cost, before[column - 2] + 1)
        }
        next.append(cost)
      }
      (before, last) = (last, next)
    }
    return last[other.count]
  }
}
