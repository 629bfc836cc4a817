import Identity
import Testing

@Suite struct ServiceNameTests {
  static let environments: [(String, String?)] = [
    ("OTEL_SERVICE_NAME=shop\0", "shop"),
    ("A=b\0OTEL_SERVICE_NAME=shop\0C=d\0", "shop"),
    ("OTEL_RESOURCE_ATTRIBUTES=service.name=cart,a=b\0OTEL_SERVICE_NAME=shop\0", "shop"),
    ("OTEL_RESOURCE_ATTRIBUTES=a=b, service.name=cart%20one\0", "cart one"),
    ("OTEL_RESOURCE_ATTRIBUTES=service.name=a%2\0", "a%2"),
    ("OTEL_RESOURCE_ATTRIBUTES=service.name=\0", nil),
    ("OTEL_SERVICE_NAME=\0", nil),
    ("XOTEL_SERVICE_NAME=shop\0", nil),
    ("OTEL_SERVICE_NAME=unterminated", "unterminated"),
    ("\0\0\0", nil), ("", nil),
  ]

  @Test("finds the name in an environment", arguments: environments)
  func findsInEnvironment(text: String, expected: String?) {
    let bytes = Array(text.utf8)
    let found = ServiceName.find(inEnvironment: bytes.span)
    #expect(found == expected)
  }

  @Test("an environment cut off anywhere gives a name or none")
  func takesTruncation() {
    let bytes = Array("A=b\0OTEL_RESOURCE_ATTRIBUTES=x=y,service.name=a%20b\0".utf8)
    for count in 0...bytes.count {
      let part = Array(bytes[..<count])
      let found = ServiceName.find(inEnvironment: part.span)
      #expect(found.map { "a%20b".hasPrefix($0.prefix(1)) } ?? true)
    }
  }

  @Test("the sources are asked in order, and which one answered is known")
  func choosesInOrder() {
    let unit = Cgroup(path: "/system.slice/nginx.service")
    let nspawn = Cgroup(path: "/machine.slice/machine-web.scope")
    func choose(_ environment: String?, _ group: Cgroup?, _ name: String?, _ program: String?)
      -> String?
    {
      ServiceName.choose(
        environment: environment, cgroup: group, containerName: name, executable: program
      ).map { "\($0.text) \($0.source.rawValue)" }
    }
    #expect(choose("shop", unit, "c", "p") == "shop environment")
    #expect(choose(nil, unit, "c", "p") == "nginx systemd_unit")
    #expect(choose(nil, nspawn, "c", "p") == "c container")
    #expect(choose(nil, nspawn, nil, "p") == "web container")
    #expect(choose("", nil, nil, "p") == "p executable")
    #expect(choose(nil, nil, nil, "") == nil)
    #expect(choose(String(repeating: "x", count: 257), nil, nil, "p") == "p executable")
  }
}
