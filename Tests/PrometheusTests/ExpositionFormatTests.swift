import Prometheus
import Testing

@Suite struct ExpositionFormatTests {
  static let plain = "text/plain; version=0.0.4; charset=utf-8"
  static let openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8"
  static let protobuf =
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"

  @Test(
    "answers in the format that is liked best",
    arguments: [
      ("", plain), ("*/*", plain), ("text/html", plain),
      ("text/plain;version=0.0.4;q=0.5, application/openmetrics-text;version=1.0.0", openMetrics),
      ("application/openmetrics-text;version=1.0.0;q=0.3,text/plain;version=0.0.4;q=0.5", plain),
      ("application/openmetrics-text;version=2.0.0,text/plain;q=0.1", plain),
      (
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,"
          + "application/openmetrics-text;version=1.0.0;q=0.8,*/*;q=0.1", protobuf
      ),
      ("application/vnd.google.protobuf;proto=other;encoding=delimited,*/*;q=0.1", plain),
      (
        "text/plain;version=1.0.0;escaping=allow-utf-8",
        "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8"
      ),
      (
        "application/openmetrics-text;version=1.0.0;escaping=dots",
        openMetrics + "; escaping=dots"
      ),
      ("text/plain;q=2,;;;==,\u{0},application/openmetrics-text;q=x", plain),
    ])
  func negotiates(accept: String, expected: String) {
    #expect(ExpositionFormat(accept: accept, allowsOpenMetrics: true).contentType == expected)
  }

  @Test("answers in text where OpenMetrics is off")
  func withoutOpenMetrics() {
    let format = ExpositionFormat(
      accept: "application/openmetrics-text;version=1.0.0", allowsOpenMetrics: false)
    #expect(format.contentType == ExpositionFormatTests.plain)
  }

  @Test(
    "compresses for those who take gzip",
    arguments: [
      ("gzip", true), ("deflate, gzip;q=0.5", true), ("gzip;q=0", false), ("", false), ("*", true),
      ("identity", false), ("*, gzip;q=0", false),
    ])
  func gzip(field: String, expected: Bool) {
    #expect(AcceptedRange.takesGzip(field) == expected)
  }
}
