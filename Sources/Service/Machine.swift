internal import Glibc
internal import Identity

/// What the collector takes of the machine it runs on, where the configuration does not say.
enum Machine {
  /// One shard for every four processors: an agent leaves the machine to the applications.
  static var defaultShardCount: Int {
    max(1, min(16, sysconf(Int32(_SC_NPROCESSORS_ONLN)) / 4))
  }

  /// A quarter of the memory that the process may use, at most 512 MiB.
  static var defaultMemoryLimit: Int {
    let machine = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    return min(512 << 20, max(32 << 20, (MachineMemory.byteCount() ?? machine) / 4))
  }
}
