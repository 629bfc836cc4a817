import Sockets
import Telemetry
import TestSupport
import Testing

@testable import Exporters

@Suite struct OTLPExporterConfigTests {
  @Test(
    "gRPC endpoints in every form that users write",
    arguments: [
      ("localhost:4317", "localhost:4317"), ("http://b:1/", "b:1"), ("dns:///b:1", "b:1"),
      ("dns://8.8.8.8/b:1", "b:1"), ("passthrough:///b:1", "b:1"), ("[::1]:1", "[::1]:1"),
      ("unix:///tmp/a", "unix:/tmp/a"),
    ])
  func grpcEndpoints(text: String, address: String) {
    let tree: ConfigTree = ["endpoint": "\(text)", "tls": ["insecure": true]]
    let (config, problems) = tree.decode(OTLPGRPCExporterConfig.self)
    #expect(problems.isEmpty)
    #expect(config.address.description == address)
  }

  @Test(
    "HTTP endpoints that name no host or another scheme are problems",
    arguments: ["http://", "http://:80", "ftp://a:1", "localhost:4318", "https://a"])
  func httpEndpoints(text: String) {
    let (_, problems) = (["endpoint": "\(text)"] as ConfigTree).decode(
      OTLPHTTPExporterConfig.self)
    #expect(problems.count == 1)
  }

  @Test("the scheme of an endpoint is read in letters of any case")
  func schemeOfAnyCase() {
    let (config, problems) = (["endpoint": "HTTP://a:1/b"] as ConfigTree).decode(
      OTLPHTTPExporterConfig.self)
    #expect(problems.isEmpty)
    #expect(config.endpoints[.traces]?.target == "/b/v1/traces")
  }

  @Test(
    "headers that the exporter writes itself are problems",
    arguments: ["Connection", "content-length", "Transfer-Encoding", "Content-Encoding", "a b"])
  func reservedHeaders(name: String) {
    let tree: ConfigTree = ["endpoint": "http://a:1", "headers": [name: "x"]]
    #expect(tree.decode(OTLPHTTPExporterConfig.self).problems.count == 1)
  }

  @Test("host, user-agent and the same content-type are the user's to write")
  func allowedHeaders() {
    let tree: ConfigTree = [
      "endpoint": "http://a:1",
      "headers": ["Host": "b", "User-Agent": "c", "Content-Type": "application/x-protobuf"],
    ]
    let (config, problems) = tree.decode(OTLPHTTPExporterConfig.self)
    #expect(problems.isEmpty)
    #expect(config.host == "b" && config.headers.map(\.name) == ["User-Agent"])
    let other: ConfigTree = [
      "endpoint": "http://a:1", "headers": ["Content-Type": "application/json"],
    ]
    #expect(other.decode(OTLPHTTPExporterConfig.self).problems.count == 1)
  }

  @Test(
    "a level of compression is one that the codec has",
    arguments: [
      ("gzip", 12, 12), ("gzip", -1, nil), ("zstd", -7, -7), ("zstd", 19, 19), ("lz4", 0, 0),
      ("none", -1, nil),
    ] as [(String, Int, Int?)])
  func levels(codec: String, level: Int, taken: Int?) {
    let tree = levelled(codec, level)
    let (config, problems) = tree.decode(OTLPHTTPExporterConfig.self)
    #expect(problems.isEmpty)
    #expect(config.compressionLevel == taken)
  }

  @Test(
    "a level that the codec does not have is a problem",
    arguments: [("gzip", 13), ("zlib", -2), ("zstd", 20), ("snappy", 1), ("none", 1)])
  func noSuchLevel(codec: String, level: Int) {
    let problems = levelled(codec, level).decode(OTLPHTTPExporterConfig.self).problems
    #expect(problems.count == 1 && problems[0].contains("compression_params::level"), "\(problems)")
  }

  private func levelled(_ codec: String, _ level: Int) -> ConfigTree {
    [
      "endpoint": "http://a:1", "compression": ConfigTree(stringLiteral: codec),
      "compression_params": ["level": ConfigTree(integerLiteral: level)],
    ]
  }

  @Test("every key of a TLS section may stand beside insecure: true")
  func insecureTLS() {
    let tree: ConfigTree = [
      "endpoint": "a:1",
      "tls": [
        "insecure": true, "insecure_skip_verify": true, "server_name_override": "x",
        "ca_pem": "", "cert_pem": "", "key_pem": "", "min_version": "1.2", "max_version": "1.3",
        "reload_interval": "1h", "include_system_ca_certs_pool": true, "cipher_suites": [],
        "curve_preferences": [],
      ],
    ]
    #expect(tree.decode(OTLPGRPCExporterConfig.self).problems.isEmpty)
  }
}
