import Bytes
import Glibc
import Identity
import Procfs
import Telemetry
import TestSupport
import Testing

@testable import Processors

@Suite struct SenderProgramTests {
  private static let id = String(repeating: "0123456789abcdef", count: 4)
  private static let uid = "12345678-1234-abcd-ef01-123456789abc"

  /// What a program makes of a resource: its attributes as `key=value`, in order.
  private func attributes(
    of resource: [(String, AttributeValue)], _ make: SenderProgram, unit: Bool = false
  ) throws -> [String] {
    let hierarchy = CgroupHierarchy(controller: -1, name: "", mountPoint: nil)
    let table = ProcessTable(cgroups: CgroupPaths(hierarchy))
    let path = unit ? "/system.slice/web.service" : "/kubepods/pod\(Self.uid)/\(Self.id)"
    table.cgroups.add(7, path: path)
    var image = ProcessImage()
    image.executablePath = ByteSlice("/usr/bin/shop")
    image.cgroupID = 7
    let entry = table.noteExec(ProcessKey(pid: 0x7FFF_0001, startTicks: 1), image)
    let program = make.program(
      entry, table.resource(of: entry), owner: "root", createdAt: "2026-01-01T00:00:00.000Z")
    var buffer = ByteBuffer()
    buffer.appendField(1) { group in
      group.appendField(1) { body in
        for (key, value) in resource {
          body.appendField(1) { pair in
            pair.appendField(1, text: key)
            pair.appendField(2, bytes: value.encoded.span)
          }
        }
      }
    }
    let payload = Payload(buffer.takeSlice(), itemCount: 1)
    let outcome = try payload.rewritten(by: program, signal: .traces, origin: Origin())
    return try SenderProgramTests.read(outcome.payload.joined().span)
  }

  private static func read(_ bytes: Span<UInt8>) throws -> [String] {
    var found: [String] = []
    var request = WireReader(bytes)
    _ = try request.nextField()
    var group = WireReader(bytes, in: try request.readLength())
    _ = try group.nextField()
    var resource = WireReader(bytes, in: try group.readLength())
    while try resource.nextField() != nil {
      var pair = WireReader(bytes, in: try resource.readLength())
      _ = try pair.nextField()
      let key = String(copying: bytes.extracting(try pair.readLength()))
      _ = try pair.nextField()
      var value = WireReader(bytes, in: try pair.readLength())
      if try value.nextField()?.number == 3 {
        found.append("\(key)=\(try value.readVarint())")
      } else {
        found.append("\(key)=" + String(copying: bytes.extracting(try value.readLength())))
      }
    }
    return found
  }

  private static let all = Set(SenderAttribute.allCases)
  private static let pid = 0x7FFF_0001
  private static let added = [
    "process.pid=\(pid)", "process.creation.time=2026-01-01T00:00:00.000Z",
    "process.executable.name=shop", "process.executable.path=/usr/bin/shop",
    "process.owner=root", "container.id=\(id)", "k8s.pod.uid=\(uid)",
  ]

  @Test("a resource without a process gets all that is known")
  func addsAll() throws {
    let make = SenderProgram(attributes: Self.all, overrides: false)
    #expect(try attributes(of: [], make) == ["service.name=shop"] + Self.added)
  }

  @Test("what a resource has stays, but a service that nobody named gets a name")
  func keepsOwn() throws {
    let make = SenderProgram(attributes: Self.all, overrides: false)
    let named = try attributes(
      of: [("service.name", .string("cart")), ("container.id", .string("x"))], make)
    #expect(
      named == ["service.name=cart", "container.id=x"]
        + Self.added.filter { !$0.hasPrefix("container.id") })
    for name in ["unknown_service", "unknown_service:python"] {
      let unnamed = try attributes(of: [("service.name", .string(name))], make, unit: true)
      #expect(unnamed.first == "service.name=web")
    }
  }

  @Test("a resource that speaks of another process is left as it is, unless all is replaced")
  func leavesOthers() throws {
    let other: [(String, AttributeValue)] = [("process.pid", .int(5)), ("a", .string("b"))]
    let make = SenderProgram(attributes: Self.all, overrides: false)
    #expect(try attributes(of: other, make) == ["process.pid=5", "a=b"])
    let replacing = SenderProgram(attributes: Self.all, overrides: true)
    let found = try attributes(of: other, replacing)
    #expect(found.contains("process.pid=\(Self.pid)") && !found.contains("process.pid=5"))
    let own: [(String, AttributeValue)] = [("process.pid", .int(Int64(Self.pid)))]
    #expect(try attributes(of: own, make).count == 8)
  }

  @Test("only the attributes asked for are added")
  func selects() throws {
    let make = SenderProgram(attributes: [.containerID], overrides: false)
    #expect(try attributes(of: [], make) == ["container.id=\(Self.id)"])
  }
}
