import Dispatch
import Glibc
import Telemetry
import TestSupport
import Testing

@testable import Processors

@Suite struct DetectorTests {
  private func around(_ variables: [String: String], root: String = "") -> Surroundings {
    Surroundings(environment: { variables[$0] }, root: root)
  }

  @Test(
    "reads the resource attributes of the environment as the specification says",
    arguments: [
      ("a=b,c=d", ["a=b", "c=d"]), (" a = b , ", ["a=b"]),
      ("a=b%20c%2C,d=%C3%A9", ["a=b c,", "d=\u{E9}"]),
      ("a=x=y", ["a=x=y"]), ("", []), ("a=1,a=2", ["a=1"]),
    ] as [(String, [String])])
  func environment(list: String, expected: [String]) throws {
    let found = try EnvironmentDetector.detect(around(["OTEL_RESOURCE_ATTRIBUTES": list]))
    let texts = found.entries.map { entry -> String in
      guard case .string(let value) = entry.value else { return "" }
      return "\(entry.key)=\(value)"
    }
    #expect(texts == expected)
  }

  @Test(
    "discards a variable that is not of that form as a whole",
    arguments: ["a=b,c", "=b", "a=%zz", "a=%4", "a=%FF", "a=b,%=c"])
  func badEnvironment(list: String) {
    #expect(throws: DetectionError.self) { try EnvironmentDetector.parse(list) }
  }

  @Test("bounds the variable's length")
  func longEnvironment() {
    let list = "a=" + String(repeating: "x", count: EnvironmentDetector.byteLimit)
    #expect(throws: DetectionError.self) { try EnvironmentDetector.parse(list) }
  }

  @Test("prefers OTEL_SERVICE_NAME to the list")
  func serviceName() throws {
    let variables = ["OTEL_SERVICE_NAME": "shop", "OTEL_RESOURCE_ATTRIBUTES": "service.name=other"]
    let found = try EnvironmentDetector.detect(around(variables))
    #expect(found["service.name"] == .string("shop"))
    #expect(found.entries.count == 1)
  }

  @Test("reads the host's name, id, architecture and processor")
  func host() throws {
    var config = DetectorConfig(.system)
    config.hostnameSources = [.os]
    config.attributes = Set(DetectorKind.system.attributes.map(\.name))
    let found = try HostDetector.detect(config, around([:]))
    #expect(found["host.name"] == .string(SystemName.current.node))
    #expect(found["os.type"] == .string("linux"))
    let known = Set(DetectorKind.system.attributes.map(\.name))
    for entry in found.entries { #expect(known.contains(entry.key)) }
    guard case .string(let description) = found["os.description"] else {
      Issue.record("there is no os.description")
      return
    }
    #expect(description.contains(SystemName.current.release))
  }

  @Test("reads interfaces and the system's build below a root")
  func interfacesAndBuild() throws {
    let root = "/tmp/swiftlet-detector-\(getpid())"
    for folder in ["", "/etc", "/sys", "/sys/class", "/sys/class/net"] {
      unsafe mkdir(root + folder, 0o700)
    }
    for name in ["lo", "eth1", "eth0"] { unsafe mkdir("\(root)/sys/class/net/\(name)", 0o700) }
    guard let file = unsafe fopen(root + "/etc/os-release", "w") else {
      Issue.record("no file can be made")
      return
    }
    unsafe fputs("NAME=Tiny\nBUILD_ID=\"2026.11\"\n", file)
    unsafe fclose(file)
    var config = DetectorConfig(.system)
    config.hostnameSources = [.os]
    config.attributes = Set(DetectorKind.system.attributes.map(\.name))
    let found = try HostDetector.detect(config, around([:], root: root))
    #expect(found["host.interface"] == .array([.string("eth0"), .string("eth1")]))
    #expect(found["os.build.id"] == .string("2026.11"))
    for path in [
      "/etc/os-release", "/etc", "/sys/class/net/lo", "/sys/class/net/eth0",
      "/sys/class/net/eth1", "/sys/class/net", "/sys/class", "/sys", "",
    ] { unsafe remove(root + path) }
  }

  @Test(
    "names architectures as the semantic conventions do",
    arguments: [
      ("x86_64", "amd64"), ("aarch64", "arm64"), ("armv7l", "arm32"), ("i686", "x86"),
      ("ppc64le", "ppc64"), ("s390x", "s390x"), ("riscv64", "riscv64"),
    ])
  func architectures(machine: String, expected: String) {
    #expect(HostDetector.architecture(machine) == expected)
  }

  @Test("reads this process")
  func process() {
    let found = OwnProcessDetector.detect(around([:]))
    #expect(found["process.pid"] == .int(Int64(getpid())))
    #expect(found["process.executable.path"] != nil)
    #expect(found["process.command_args"] != nil)
  }

  @Test("finds the first of two detectors' values, and none of empty texts")
  func precedence() {
    var found = DetectedAttributes()
    found.add("a", text: "1")
    found.add("a", text: "2")
    found.add("b", text: "")
    found.add("c", text: nil)
    #expect(found.entries == [.init("a", .string("1"))])
  }

  static let answers: [(String, String?)] = [
    (#"HTTP/1.0 200 OK|{"ID":"x","Name":"box","Deep":{"Name":"no"},"OSType":"linux"}"#, "box"),
    (#"HTTP/1.1 200 OK|{"A":[{"Name":"no"}],"Name":"a\"b"}"#, #"a"b"#),
    (#"HTTP/1.0 200 OK|{"Deep":{"Name":"no"}}"#, nil),
    (#"HTTP/1.0 500 Oops|{"Name":"box"}"#, nil),
    (#"HTTP/1.0 200 OK|["Name"]"#, nil),
    (#"HTTP/1.0 200 OK|{"Name":"bo"#, nil),
    ("HTTP/1.0 200 OK", nil),
    ("", nil),
    ("SSH-2.0", nil),
  ]

  @Test("reads the docker daemon's answer, and refuses others", arguments: answers.indices)
  func dockerAnswers(index: Int) {
    let (text, expected) = Self.answers[index]
    let parts = text.split(separator: "|", omittingEmptySubsequences: false)
    let bytes = Array(parts.joined(separator: "\r\nServer: Docker\r\n\r\n").utf8)
    let name = try? DockerDetector.fields(ofResponse: bytes)["Name"]
    #expect(name == expected)
    for count in 0..<bytes.count {
      let part = try? DockerDetector.fields(ofResponse: Array(bytes[..<count]))
      #expect(part?["Name"] == nil)
    }
  }

  @Test("says why docker cannot be asked")
  func noDocker() {
    let error = #expect(throws: DetectionError.self) {
      try DockerDetector.detect(around(["DOCKER_HOST": "unix:///nowhere/docker.sock"]))
    }
    #expect(error?.description.contains("/nowhere/docker.sock") == true)
    #expect(throws: DetectionError.self) {
      try DockerDetector.detect(around(["DOCKER_HOST": "tcp://127.0.0.1:1"]))
    }
  }
}
