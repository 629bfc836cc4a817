import Bytes
import Diagnostics
import HTTPTypes
import Testing
import Transport

@Suite(.timeLimit(.minutes(1))) struct RequestDurationsTests {
  /// The series of the registry that are durations: name, the labels given, and their count.
  private func series(_ registry: MetricsRegistry, _ labels: [String]) -> Set<String> {
    Set(
      registry.samples().filter { $0.key.name.hasSuffix(".duration") }.map { sample in
        let values = sample.key.labels.filter { labels.contains($0.name) }.map(\.value)
        return ([sample.key.name] + values + ["\(sample.value)"]).joined(separator: " ")
      })
  }

  @Test("tells HTTP requests apart by method and status, on both ends", arguments: [false, true])
  func http(http2: Bool) async throws {
    let registry = MetricsRegistry(level: .detailed)
    var settings = HTTPClientSettings()
    settings.usesHTTP2 = http2
    let running = try await RunningClient(
      EchoHandler(), settings: settings, metrics: MetricsScope(registry))
    for path in ["/", "/", "/refused"] { _ = await running.send(path, [ByteSlice("x")]) }
    _ = await running.send("/never", timeout: .milliseconds(20))
    await running.stop()
    let labels = ["http.request.method", "http.response.status_code", "error.type"]
    #expect(
      series(registry, labels) == [
        "http.server.request.duration POST 200 2", "http.server.request.duration POST 503 1",
        "http.server.request.duration cancelled POST 1",
        "http.client.request.duration POST 200 2", "http.client.request.duration POST 503 1",
        "http.client.request.duration timeout POST 1",
      ])
    let fixed = registry.samples().first { $0.key.name == "http.server.request.duration" }
    #expect(fixed?.key.labels.contains(.init("url.scheme", "http")) == true)
  }

  @Test("tells calls apart by method and status, on both ends")
  func rpc() async throws {
    let registry = MetricsRegistry(level: .detailed)
    let running = try await RunningCalls(metrics: MetricsScope(registry))
    for method in ["Echo", "Echo", "Refuse"] { _ = await running.call(method, [ByteSlice("x")]) }
    await running.stop()
    let labels = ["rpc.method", "rpc.response.status_code", "rpc.system.name"]
    #expect(
      series(registry, labels) == [
        "rpc.server.call.duration t.T/Echo OK grpc 2",
        "rpc.server.call.duration t.T/Refuse UNAUTHENTICATED grpc 1",
        "rpc.client.call.duration t.T/Echo OK grpc 2",
        "rpc.client.call.duration t.T/Refuse UNAUTHENTICATED grpc 1",
      ])
  }

  @Test("methods of a client's invention are one series")
  func otherMethods() async throws {
    let registry = MetricsRegistry(level: .detailed)
    let running = try RunningServer(EchoHandler(), metrics: MetricsScope(registry))
    let client = BlockingClient(port: running.port)
    for index in 0..<3 {
      client.send("M\(index) /early HTTP/1.1\r\nhost: a\r\n\r\n")
      _ = client.receive(until: "early")
    }
    await running.stop()
    #expect(
      series(registry, ["http.request.method"]) == ["http.server.request.duration _OTHER 3"])
  }

  @Test("below the level detailed nothing is counted", arguments: [MetricsLevel.basic, .normal])
  func level(level: MetricsLevel) async throws {
    let registry = MetricsRegistry(level: level)
    let running = try await RunningClient(EchoHandler(), metrics: MetricsScope(registry))
    _ = await running.send("/", [ByteSlice("x")])
    await running.stop()
    #expect(series(registry, []) == [])
  }
}
