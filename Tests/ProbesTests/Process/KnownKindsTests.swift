import Bytes
import Identity
import Testing

@testable import Probes

@Suite struct KnownKindsTests {
  private let program = ProcessProgram(path: ByteSlice("/bin/true"), command: ByteSlice("true"))

  private func image(_ program: ProcessProgram, cgroup: UInt64) -> ProcessImage {
    var image = ProcessImage()
    image.program = program
    image.cgroupID = cgroup
    return image
  }

  private func resource() -> ProcessResource {
    let table = ProcessTable()
    return table.resource(of: table.note(ProcessKey(pid: 1 << 30, startTicks: 1), ProcessImage()))
  }

  @Test("a kind is a program and its control group")
  func kinds() {
    var kinds = KnownKinds()
    let resource = resource()
    let other = ProcessProgram(path: ByteSlice("/bin/true"), command: ByteSlice("sh"))
    kinds.keep(resource, of: image(program, cgroup: 7))
    #expect(kinds.find(image(program, cgroup: 7)) === resource)
    #expect(kinds.find(image(other, cgroup: 7)) == nil)
    #expect(kinds.find(image(program, cgroup: 8)) == nil)
    kinds.removeAll()
    #expect(kinds.find(image(program, cgroup: 7)) == nil)
  }

  @Test("of what is not known nothing is kept")
  func unknown() {
    var kinds = KnownKinds()
    let nameless = ProcessProgram(path: .empty, command: ByteSlice("true"))
    kinds.keep(resource(), of: image(nameless, cgroup: 7))
    kinds.keep(resource(), of: image(program, cgroup: 0))
    #expect(kinds.find(image(nameless, cgroup: 7)) == nil)
    #expect(kinds.find(image(program, cgroup: 0)) == nil)
  }
}
