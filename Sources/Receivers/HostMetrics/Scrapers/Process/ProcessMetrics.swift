internal import Telemetry

/// The metrics of single processes.
enum ProcessMetrics {
  static let cpuTime = MetricDefinition(
    "process.cpu.time", "s", .counter, "Total CPU seconds broken down by different states.")
  static let cpuUtilization = MetricDefinition(
    "process.cpu.utilization", "1", .gauge, isOnByDefault: false,
    "Percentage of total CPU time used by the process since last scrape.")
  static let memoryUsage = MetricDefinition(
    "process.memory.usage", "By", .upDownCounter, "The amount of physical memory in use.")
  static let memoryVirtual = MetricDefinition(
    "process.memory.virtual", "By", .upDownCounter, "Virtual memory size.")
  static let memoryUtilization = MetricDefinition(
    "process.memory.utilization", "1", .gauge, isOnByDefault: false,
    "Percentage of total physical memory that is used by the process.")
  static let diskIO = MetricDefinition(
    "process.disk.io", "By", .counter, "Disk bytes transferred.")
  static let diskOperations = MetricDefinition(
    "process.disk.operations", "{operations}", .counter, isOnByDefault: false,
    "Number of disk operations performed by the process.")
  static let pagingFaults = MetricDefinition(
    "process.paging.faults", "{faults}", .counter, isOnByDefault: false,
    "Number of page faults the process has made.")
  static let signalsPending = MetricDefinition(
    "process.signals_pending", "{signals}", .upDownCounter, isOnByDefault: false,
    "Number of pending signals for the process.")
  static let threads = MetricDefinition(
    "process.threads", "{threads}", .upDownCounter, isOnByDefault: false,
    "Process threads count.")
  static let openDescriptors = MetricDefinition(
    "process.open_file_descriptors", "{count}", .upDownCounter, isOnByDefault: false,
    "Number of file descriptors in use by the process.")
  static let contextSwitches = MetricDefinition(
    "process.context_switches", "{count}", .counter, isOnByDefault: false,
    "Number of times the process has been context switched.")
  static let uptime = MetricDefinition(
    "process.uptime", "s", .gauge, isOnByDefault: false,
    "The time the process has been running.")
  static let all = [
    cpuTime, cpuUtilization, memoryUsage, memoryVirtual, memoryUtilization, diskIO,
    diskOperations, pagingFaults, signalsPending, threads, openDescriptors, contextSwitches, uptime,
  ]
}
