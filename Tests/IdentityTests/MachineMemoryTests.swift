import Identity
import TestSupport
import Testing

@Suite struct MachineMemoryTests {
  private static let unified = "30 1 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
  private static let divided =
    "35 1 0:30 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
  private static let controllers =
    "#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpuset\t7\t1\t1\nmemory\t4\t2\t1\n"

  private func count(
    _ limits: [String: String], own: String, mounts: String, controllers: String = ""
  ) -> Int? {
    let root = TemporaryDirectory()
    root.write("proc/meminfo", Array("MemTotal:       1048576 kB\nMemFree: 5 kB\n".utf8))
    root.write("proc/cgroups", Array(controllers.utf8))
    root.write("proc/self/mountinfo", Array(mounts.utf8))
    root.write("proc/self/cgroup", Array(own.utf8))
    for (path, limit) in limits { root.write("sys/fs/cgroup/" + path, Array((limit + "\n").utf8)) }
    return MachineMemory.byteCount(root: root.path)
  }

  @Test(
    "is the smallest limit from the process's group of version 2 to the outermost",
    arguments: [
      ([:], 1 << 30),
      (["a/b/memory.max": "max", "a/memory.max": "max"], 1 << 30),
      (["a/b/memory.max": "536870912", "a/memory.max": "max"], 512 << 20),
      (["a/b/memory.max": "536870912", "a/memory.max": "268435456"], 256 << 20),
      (["memory.max": "1048576"], 1 << 20),
      (["a/b/memory.max": "99999999999999999999"], 1 << 30),
      (["a/b/memory.max": "many"], 1 << 30),
    ] as [([String: String], Int)])
  func versionTwo(limits: [String: String], expected: Int) {
    #expect(count(limits, own: "0::/a/b\n", mounts: Self.unified) == expected)
  }

  @Test("is the smallest limit of groups of version 1, also where their paths are another's view")
  func versionOne() {
    let own = "7:cpuset:/\n4:memory:/docker/x\n0::/\n"
    let unlimited = "9223372036854771712"
    let limits = [
      "memory/docker/x/memory.limit_in_bytes": "4194304",
      "memory/memory.limit_in_bytes": unlimited,
    ]
    #expect(
      count(limits, own: own, mounts: Self.divided, controllers: Self.controllers) == 4 << 20)
    let inside = ["memory/memory.limit_in_bytes": "2097152"]
    #expect(
      count(inside, own: own, mounts: Self.divided, controllers: Self.controllers) == 2 << 20)
  }

  @Test("is the smallest limit of groups of version 2 where only other controllers have version 1")
  func hybrid() {
    let mounts =
      "36 1 0:31 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
      + "37 1 0:32 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
    let controllers =
      "#subsys_name\thierarchy\tnum_cgroups\tenabled\npids\t7\t1\t1\nmemory\t0\t2\t1\n"
    let own = "7:pids:/other\n0::/a/b\n"
    let limits = ["unified/a/memory.max": "8388608", "pids/other/memory.limit_in_bytes": "4096"]
    #expect(count(limits, own: own, mounts: mounts, controllers: controllers) == 8 << 20)
    #expect(count([:], own: own, mounts: mounts, controllers: controllers) == 1 << 30)
  }

  @Test("is the smallest limit of version 1 where both are mounted and memory is there")
  func both() {
    let own = "4:memory:/x\n0::/a\n"
    let limits = ["memory/x/memory.limit_in_bytes": "4194304", "unified/a/memory.max": "4096"]
    let mounts = Self.divided + "37 1 0:32 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
    #expect(count(limits, own: own, mounts: mounts, controllers: Self.controllers) == 4 << 20)
  }

  @Test("is the machine's where there are no groups, and unknown without /proc")
  func absent() {
    #expect(count([:], own: "", mounts: "") == 1 << 30)
    #expect(MachineMemory.byteCount(root: "/nowhere") == nil)
  }
}
