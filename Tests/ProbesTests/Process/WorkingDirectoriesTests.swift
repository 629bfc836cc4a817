import Bytes
import Testing

@testable import Probes

@Suite struct WorkingDirectoriesTests {
  private let path = ByteSlice("/home/somebody")

  @Test("a parent's directory is known for a second, as long as it has the same inode")
  func parents() {
    var directories = WorkingDirectories()
    directories.keep(parent: 7, inode: 3, time: 1_000_000_000, path)
    let now = directories.find(parent: 7, inode: 3, time: 1_000_000_000)
    let soon = directories.find(parent: 7, inode: 3, time: 1_999_999_999)
    let late = directories.find(parent: 7, inode: 3, time: 2_000_000_000)
    let earlier = directories.find(parent: 7, inode: 3, time: 999_999_999)
    let elsewhere = directories.find(parent: 7, inode: 4, time: 1_000_000_000)
    let another = directories.find(parent: 8, inode: 3, time: 1_000_000_000)
    #expect(now == path && soon == path)
    #expect(late == nil && earlier == nil && elsewhere == nil && another == nil)
  }

  @Test("that a parent's directory was not found is known for the same round only")
  func missing() {
    var directories = WorkingDirectories()
    directories.keep(parent: 7, inode: 3, time: 5, .empty)
    let now = directories.find(parent: 7, inode: 3, time: 5)
    let soon = directories.find(parent: 7, inode: 3, time: 6)
    #expect(now == .empty && soon == nil)
  }
}
