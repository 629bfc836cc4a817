import Testing

@testable import Extensions

@Suite struct HealthQueryTests {
  @Test(
    "reads the pipeline and the wish for more",
    arguments: [
      ("/status", nil, false), ("/status?", nil, false), ("/status?verbose", nil, true),
      ("/status?verbose=true&pipeline=traces", "traces", true),
      ("/status?verbose=false", nil, false), ("/status?pipeline=", nil, false),
      ("/status?pipeline=logs%2Fa+b&other=1", "logs/a b", false),
      ("/status?pipeline=%zz%4", "%zz%4", false), ("/status?pipeline=%+5%2B", "% 5+", false),
      ("/status?&&=&pipeline", nil, false),
    ])
  func queries(target: String, pipeline: String?, isVerbose: Bool) {
    let query = HealthQuery(target)
    #expect(query.pipeline == pipeline)
    #expect(query.isVerbose == isVerbose)
  }
}
