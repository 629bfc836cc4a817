import Bytes
import Identity
import Testing

@testable import Probes

@Suite struct KnownKindsTests {
  private func image(_ path: String, _ command: String, cgroup: UInt64) -> ProcessImage {
    var image = ProcessImage()
    image.executablePath = ByteSlice(path)
    image.command = ByteSlice(command)
    image.cgroupID = cgroup
    return image
  }

  private func resource() -> ProcessResource {
    let table = ProcessTable()
    return table.resource(of: table.note(ProcessKey(pid: 1 << 30, startTicks: 1), ProcessImage()))
  }

  @Test("a kind is a program with its name and its control group")
  func kinds() {
    var kinds = KnownKinds()
    let resource = resource()
    kinds.keep(resource, of: image("/bin/true", "true", cgroup: 7), hint: 1)
    #expect(kinds.find(image("/bin/true", "true", cgroup: 7), hint: 1) === resource)
    #expect(kinds.find(image("/bin/false", "true", cgroup: 7), hint: 1) == nil)
    #expect(kinds.find(image("/bin/true", "sh", cgroup: 7), hint: 1) == nil)
    #expect(kinds.find(image("/bin/true", "true", cgroup: 8), hint: 1) == nil)
    #expect(kinds.find(image("/bin/true", "true", cgroup: 7), hint: 2) == nil)
    kinds.removeAll()
    #expect(kinds.find(image("/bin/true", "true", cgroup: 7), hint: 1) == nil)
  }

  @Test("of what is not known nothing is kept")
  func unknown() {
    var kinds = KnownKinds()
    kinds.keep(resource(), of: image("", "true", cgroup: 7), hint: 1)
    kinds.keep(resource(), of: image("/bin/true", "true", cgroup: 0), hint: 2)
    #expect(kinds.find(image("", "true", cgroup: 7), hint: 1) == nil)
    #expect(kinds.find(image("/bin/true", "true", cgroup: 0), hint: 2) == nil)
  }
}
