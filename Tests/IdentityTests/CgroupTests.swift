import Bytes
import Glibc
import Identity
import Testing

@Suite struct CgroupTests {
  static let id = String(repeating: "0123456789abcdef", count: 4)
  static let uid = "12345678-1234-abcd-ef01-123456789abc"
  static let escaped = "12345678_1234_abcd_ef01_123456789abc"
  static let digest = "0123456789abcdef0123456789abcdef"

  static let pods: [(String, String?)] = [
    (
      "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod\(escaped).slice/x.scope", uid
    ),
    ("/kubepods.slice/kubepods-pod\(escaped).slice/cri-containerd-\(id).scope", uid),
    ("/kubepods/burstable/pod\(uid)/\(id)", uid),
    ("/kubepods/pod\(uid)/\(id)", uid),
    ("/kubepods/besteffort/pod\(digest)/\(id)", digest),
    (
      "/system.slice/containerd.service/kubepods-besteffort-pod\(escaped).slice:cri-containerd:\(id)",
      uid
    ),
    ("/docker/\(id)/kubelet/kubepods/burstable/pod\(uid)/\(id)", uid),
    ("/podruntime/runtime", nil),
    ("/machine.slice/libpod-\(id).scope", nil),
    ("/kubepods/podnothing/\(id)", nil),
    ("/kubepods/pod\(uid.uppercased())", nil),
    ("/pod", nil), ("/-pod", nil), ("", nil), ("/", nil),
  ]

  @Test("finds the pod in the path of each driver", arguments: pods)
  func findsPod(path: String, expected: String?) {
    #expect(Cgroup(path: path).podUID == expected)
  }

  static let units: [(String, String?)] = [
    ("/system.slice/nginx.service", "nginx"),
    ("/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1"),
    ("/user.slice/user-1000.slice/user@1000.service/app.slice/app-shop.service", "app-shop"),
    ("/user.slice/user-1000.slice/user@1000.service/init.scope", nil),
    ("/user.slice/user-1000.slice/session-3.scope", nil),
    ("/system.slice/containerd.service/kubepods-pod\(escaped).slice:cri-containerd:\(id)", nil),
    ("/system.slice/docker-\(id).scope/system.slice/cron.service", "cron"),
    ("/lxc.payload.web/system.slice/nginx.service", "nginx"),
    ("/system.slice/lxc.service/lxc.payload.web", nil),
    ("/.service", nil), ("/", nil), ("", nil),
  ]

  @Test("finds the systemd service, but not the one around a container", arguments: units)
  func findsUnit(path: String, expected: String?) {
    #expect(Cgroup(path: path).unit == expected)
  }

  static let names: [(String, String?)] = [
    ("/lxc/web", "web"), ("/lxc/web/init.scope", "web"), ("/lxc.payload.db/x", "db"),
    ("/machine.slice/machine-web.scope", "web"),
    ("/machine.slice/machine-my\\x2dweb.scope/payload", "my-web"),
    ("/docker/\(id)", nil), ("/system.slice/nginx.service", nil), ("/lxc", nil), ("/", nil),
    ("/machine-\\x.scope", "\\x"),
  ]

  @Test("finds the names of LXC and nspawn containers, which are no ids", arguments: names)
  func findsName(path: String, expected: String?) {
    let group = Cgroup(path: path)
    #expect(group.containerName == expected)
    if expected != nil { #expect(group.containerID == nil) }
  }

  @Test("a monitor's group names no container", arguments: ["crio-conmon-", "libpod-conmon-"])
  func skipsMonitors(prefix: String) {
    #expect(Cgroup(path: "/machine.slice/\(prefix)\(Self.id).scope").containerID == nil)
  }

  @Test(
    "any path gives an answer", arguments: ["///", "/:", "/-", "/.scope", "/.slice:", "/a\u{0}b"])
  func takesAnything(path: String) {
    let group = Cgroup(path: path)
    #expect(group.containerID == nil && group.podUID == nil)
  }
}

@Suite struct CgroupPathsTests {
  @Test("the walk finds the directory of a new group under its inode")
  func walks() throws {
    let hierarchy = CgroupHierarchy.detect()
    let mount = try #require(hierarchy.mountPoint)
    let path = "/swiftlet-walk-\(getpid())"
    guard unsafe mkdir(mount + path, 0o755) == 0 else { return }
    defer { unsafe rmdir(mount + path) }
    var status = stat()
    let result = unsafe stat(mount + path, &status)
    try #require(result == 0)
    let paths = CgroupPaths(hierarchy)
    paths.walk()
    #expect(paths.find(UInt64(status.st_ino))?.path == path)
    #expect(paths.count > 1)
  }

  @Test("of a process's two groups in a mixed system the one that says more is its own")
  func findsPairs() {
    let paths = CgroupPaths(
      CgroupHierarchy(controller: 4, name: "memory", mountPoint: nil, unifiedMountPoint: "/none"))
    let container = "/docker/" + String(repeating: "a1", count: 32)
    for (id, path) in [(1, "/"), (2, container), (3, "/system.slice/web.service"), (4, "/a")] {
      paths.add(UInt64(id), path: path)
      paths.add(UInt64(id) << 32, path: path)
    }
    func found(_ own: UInt64, _ other: UInt64) -> String? {
      paths.find(own | other << 32)?.path
    }
    #expect(found(2, 1) == container)
    #expect(found(1, 2) == container)
    #expect(found(3, 2) == container)
    #expect(found(2, 3) == container)
    #expect(found(1, 3) == "/system.slice/web.service")
    #expect(found(4, 1) == "/a")
    #expect(found(1, 4) == "/")
    #expect(found(4, 9) == "/a")
    // Where the controller's is not known, /proc is asked before less is told than it could.
    #expect(found(9, 2) == container)
    #expect(found(9, 3) == nil)
    #expect(paths.unified(9 | 3 << 32)?.path == "/system.slice/web.service")
    #expect(paths.unified(3 | 9 << 32) == nil && paths.unified(3) == nil)
    #expect(CgroupPaths(.detect(), limit: 1).unified(3) == nil)
  }

  @Test("the oldest gives way to the newest above the limit, and that is counted")
  func keepsLimit() {
    let paths = CgroupPaths(CgroupHierarchy(controller: -1, name: "", mountPoint: nil), limit: 100)
    for id in 1...5000 { paths.add(UInt64(id), path: "/\(id)") }
    #expect(paths.count == 100)
    #expect(paths.evictionCount == 4900)
    #expect(paths.find(4900) == nil)
    #expect(paths.find(4901)?.path == "/4901")
  }

  @Test("the last groups that went are still known")
  func keepsGone() {
    let paths = CgroupPaths(CgroupHierarchy(controller: -1, name: "", mountPoint: nil))
    for id in 1...1025 {
      paths.add(UInt64(id), path: "/\(id)")
      paths.remove(UInt64(id))
    }
    #expect(paths.find(1) == nil)
    #expect(paths.find(2) != nil)
    #expect(paths.count == 1024)
  }
}
