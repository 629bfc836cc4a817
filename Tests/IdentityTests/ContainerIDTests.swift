import Identity
import TestSupport
import Testing

@Suite struct ContainerIDTests {
  static let id = String(repeating: "0123456789abcdef", count: 4)
  static let other = String(repeating: "fedcba9876543210", count: 4)
  static let task = "0123456789abcdef0123456789abcdef-1234567890"

  static let paths: [(String, String?)] = [
    ("/docker/\(id)", id),
    ("/system.slice/docker-\(id).scope", id),
    (
      "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice/"
        + "cri-containerd-\(id).scope", id
    ),
    ("/kubepods/burstable/pod1-2/\(id)", id),
    ("/kubepods/pod1-2/\(id)", id),
    ("/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:\(id)", id),
    ("/kubepods.slice/crio-\(id).scope", id),
    ("/kubepods.slice/crio-conmon-\(id).scope", nil),
    ("/machine.slice/libpod-\(id).scope", id),
    ("/user.slice/user-1000.slice/libpod-\(id).scope/container", id),
    ("/docker/\(other)/kubelet/kubepods/burstable/pod1/\(id)", id),
    ("/ecs/abc/\(task)", task),
    ("/lxc/web", nil),
    ("/lxc.payload.web", nil),
    ("/machine.slice/machine-web.scope", nil),
    ("/system.slice/nginx.service", nil),
    ("/podruntime/runtime", nil),
    ("/", nil),
    ("/../..", nil),
    ("", nil),
    ("/docker/\(id)0", nil),
    ("/docker/\(id.dropLast())g", nil),
    ("/docker/\(id.uppercased())", nil),
    ("/ecs/abc/0123456789abcdef0123456789abcdef-", nil),
  ]

  @Test("finds the container in the path of each engine", arguments: paths)
  func finds(path: String, expected: String?) {
    let bytes = Array(path.utf8)
    let found = ContainerID.find(inPath: bytes.span)
    #expect(found == expected)
  }

  @Test("finds the container in the lines of version 1 and version 2")
  func findsInFile() {
    let version1 = Array("12:pids:/docker/\(Self.id)\n1:name=systemd:/docker/\(Self.id)\n".utf8)
    let version2 = Array("0::/system.slice/docker-\(Self.id).scope\n".utf8)
    let hybrid = Array("2:cpu,cpuacct:/\n3:memory:/docker/\(Self.id)\n0::/\n".utf8)
    let none = Array("0::/init.scope\n".utf8)
    for (text, expected) in [(version1, Self.id), (version2, Self.id), (hybrid, Self.id)] {
      let found = ContainerID.find(inCgroupFile: text.span)
      #expect(found == expected)
    }
    let found = ContainerID.find(inCgroupFile: none.span)
    #expect(found == nil)
  }

  @Test("finds the container in the mounts where a namespace hides the path")
  func findsInMountInfo() {
    let docker =
      "601 500 254:1 /var/lib/docker/containers/\(Self.id)/hostname /etc/hostname rw - ext4 /dev/a rw"
    let podman =
      "601 500 0:23 /containers/overlay-containers/\(Self.id)/userdata/hostname /etc/hostname rw - "
      + "tmpfs tmpfs rw"
    for line in [docker, podman] {
      let bytes = Array(("22 27 0:21 / /proc rw - proc proc rw\n" + line + "\n").utf8)
      let found = ContainerID.find(inMountInfo: bytes.span)
      #expect(found == Self.id)
      for count in 0..<bytes.count {
        let part = Array(bytes[..<count])
        let found = ContainerID.find(inMountInfo: part.span)
        #expect(found == nil || found == Self.id)
      }
    }
  }
}
