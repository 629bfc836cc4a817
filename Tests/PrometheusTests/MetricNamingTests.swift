import Prometheus
import Testing

@Suite struct MetricNamingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let unit: String
    let kind: MetricKind
    /// One name for each strategy, in the order of their declaration; "-" for none.
    let expected: [String]

    init(_ name: String, _ unit: String, _ kind: MetricKind, _ expected: String...) {
      self.name = name
      self.unit = unit
      self.kind = kind
      self.expected = expected
    }

    var testDescription: String { "\(name) in \(unit), \(kind)" }
  }

  static let cases: [Case] = [
    Case(
      "foo.bar", "By", .counter, "foo_bar_bytes_total", "foo_bar", "foo.bar_bytes_total", "foo.bar"),
    Case("foo.bar", "", .gauge, "foo_bar", "foo_bar", "foo.bar", "foo.bar"),
    Case("foo", "s", .histogram, "foo_seconds", "foo", "foo_seconds", "foo"),
    // The specification: a unit that ends the name already is not added.
    Case("foo_seconds", "s", .gauge, "foo_seconds", "foo_seconds", "foo_seconds", "foo_seconds"),
    // The Go library leaves the unit out where any part of the name is the unit; the specification only at the end.
    Case(
      "bytes.read", "By", .gauge, "bytes_read_bytes", "bytes_read", "bytes.read_bytes", "bytes.read"
    ),
    Case("foo_total", "", .counter, "foo_total", "foo_total", "foo_total", "foo_total"),
    Case(
      "foo_total", "By", .counter, "foo_bytes_total", "foo_total", "foo_bytes_total", "foo_total"),
    // The Go library takes every part "total" out; the specification leaves what is not at the end.
    Case(
      "total.made", "", .counter, "total_made_total", "total_made", "total.made_total", "total.made"
    ),
    Case("use", "1", .gauge, "use_ratio", "use", "use_ratio", "use"),
    Case("use", "1", .counter, "use_total", "use", "use_total", "use"),
    Case("use_ratio", "1", .gauge, "use_ratio", "use_ratio", "use_ratio", "use_ratio"),
    Case(
      "speed", "m/s", .gauge, "speed_meters_per_second", "speed", "speed_meters_per_second", "speed"
    ),
    Case("rate", "{packets}/s", .gauge, "rate_per_second", "rate", "rate_per_second", "rate"),
    Case("queue", "{items}", .gauge, "queue", "queue", "queue", "queue"),
    // The specification drops the braces alone; the Go library drops the word with them.
    Case("heat", "By{x}", .gauge, "heat_bytes", "heat", "heat_bytes", "heat"),
    Case("size", "TiBy", .gauge, "size_tebibytes", "size", "size_tebibytes", "size"),
    Case("size", "kBy", .gauge, "size_kilobytes", "size", "size_kilobytes", "size"),
    Case("size", "KBy", .gauge, "size_kilobytes", "size", "size_kilobytes", "size"),
    Case("load", "%", .gauge, "load_percent", "load", "load_percent", "load"),
    Case("odd", "foo/bar", .gauge, "odd_foo_per_bar", "odd", "odd_foo_per_bar", "odd"),
    Case("3rd", "", .gauge, "_3rd", "_3rd", "3rd", "3rd"),
    Case("a__b..c", "", .gauge, "a_b_c", "a_b_c", "a__b..c", "a__b..c"),
    Case("a:b", "", .gauge, "a:b", "a:b", "a:b", "a:b"),
    Case("foo.", "", .counter, "foo_total", "foo_", "foo._total", "foo."),
    Case("\u{FC}ber", "", .gauge, "_ber", "_ber", "\u{FC}ber", "\u{FC}ber"),
    Case("...", "", .gauge, "-", "-", "...", "..."),
    Case("", "s", .gauge, "-", "-", "-", "-"),
  ]

  @Test("names metrics by every strategy", arguments: cases)
  func names(one: Case) {
    for (strategy, expected) in zip(TranslationStrategy.allCases, one.expected) {
      let naming = MetricNaming(strategy: strategy)
      let made = naming.name(Array(one.name.utf8), unit: Array(one.unit.utf8), kind: one.kind)
      #expect(
        made.map { String(decoding: $0.name, as: UTF8.self) } ?? "-" == expected, "\(strategy)")
    }
  }

  @Test("puts the namespace in front")
  func namespace() {
    for (strategy, expected) in zip(
      TranslationStrategy.allCases,
      ["test_space_a_b", "test_space_a_b", "test-space_a.b", "test-space_a.b"])
    {
      let naming = MetricNaming(strategy: strategy, namespace: "test-space")
      let made = naming.name(Array("a.b".utf8), unit: [], kind: .gauge)
      #expect(made.map { String(decoding: $0.name, as: UTF8.self) } == expected)
    }
  }

  @Test(
    "names labels",
    arguments: [
      ("http.method", "http_method", "http.method"), ("1st", "key_1st", "1st"),
      ("__name__", "__name__", "__name__"), ("a--b", "a_b", "a--b"), ("_", nil, "_"),
      ("", nil, nil),
      ("a:b", "a_b", "a:b"), ("_private", "_private", "_private"),
    ] as [(String, String?, String?)])
  func labels(key: String, escaped: String?, kept: String?) {
    for strategy in TranslationStrategy.allCases {
      let name = LabelNaming(strategy: strategy).name(Array(key.utf8))
      #expect(
        name.map { String(decoding: $0, as: UTF8.self) } == (strategy.escapes ? escaped : kept))
    }
  }

  @Test(
    "escapes names for scrapers",
    arguments: [
      ("foo.bar", ["foo.bar", "foo_bar", "foo_dot_bar", "U__foo_2e_bar"]),
      ("a_b.c", ["a_b.c", "a_b_c", "a__b_dot_c", "U__a__b_2e_c"]),
      ("\u{FC}", ["\u{FC}", "_", "__", "U___fc_"]),
      ("1a", ["1a", "_a", "__a", "U___31_a"]),
      ("plain_name", ["plain_name", "plain_name", "plain_name", "plain_name"]),
    ] as [(String, [String])])
  func escapes(name: String, expected: [String]) {
    for (escaping, wanted) in zip(NameEscaping.allCases, expected) {
      let written = escaping.apply(Array(name.utf8), allowsColon: true)
      #expect(String(decoding: written, as: UTF8.self) == wanted, "\(escaping)")
    }
  }
}
