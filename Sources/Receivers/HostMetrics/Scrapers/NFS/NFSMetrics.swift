internal import Telemetry

/// The metrics of the nfs scraper; semantic conventions, "NFS metrics".
enum NFSMetrics {
  static let clientNet = MetricDefinition(
    "nfs.client.net.count", "{record}", .counter,
    "Reports the count of kernel NFS client TCP segments and UDP datagrams handled.")
  static let clientConnections = MetricDefinition(
    "nfs.client.net.tcp.connection.accepted", "{connection}", .counter,
    "Reports the count of kernel NFS client TCP connections accepted.")
  static let clientRPC = MetricDefinition(
    "nfs.client.rpc.count", "{request}", .counter,
    "Reports the count of kernel NFS client RPCs sent, regardless of whether they're accepted.")
  static let clientRetransmits = MetricDefinition(
    "nfs.client.rpc.retransmit.count", "{retransmit}", .counter,
    "Reports the count of kernel NFS client RPC retransmits.")
  static let clientRefreshes = MetricDefinition(
    "nfs.client.rpc.authrefresh.count", "{authrefresh}", .counter,
    "Reports the count of kernel NFS client RPC authentication refreshes.")
  static let clientProcedures = MetricDefinition(
    "nfs.client.procedure.count", "{procedure}", .counter,
    "Reports the count of kernel NFS client procedures.")
  static let clientOperations = MetricDefinition(
    "nfs.client.operation.count", "{operation}", .counter,
    "Reports the count of kernel NFSv4+ client operations.")
  static let serverCache = MetricDefinition(
    "nfs.server.repcache.requests", "{request}", .counter,
    "Reports the kernel NFS server reply cache request count by cache hit status.")
  static let serverStale = MetricDefinition(
    "nfs.server.fh.stale.count", "{fh}", .counter,
    "Reports the count of kernel NFS server stale file handles.")
  static let serverIO = MetricDefinition(
    "nfs.server.io", "By", .counter,
    "Reports the count of kernel NFS server bytes of read (receive) and write (transmit) requests.")
  static let serverThreads = MetricDefinition(
    "nfs.server.thread.count", "{thread}", .upDownCounter,
    "Reports the count of kernel NFS server available threads.")
  static let serverNet = MetricDefinition(
    "nfs.server.net.count", "{record}", .counter,
    "Reports the count of kernel NFS server TCP segments and UDP datagrams handled.")
  static let serverConnections = MetricDefinition(
    "nfs.server.net.tcp.connection.accepted", "{connection}", .counter,
    "Reports the count of kernel NFS server TCP connections accepted.")
  static let serverRPC = MetricDefinition(
    "nfs.server.rpc.count", "{request}", .counter,
    "Reports the count of kernel NFS server RPCs handled.")
  static let serverProcedures = MetricDefinition(
    "nfs.server.procedure.count", "{procedure}", .counter,
    "Reports the count of kernel NFS server procedures.")
  static let serverOperations = MetricDefinition(
    "nfs.server.operation.count", "{operation}", .counter,
    "Reports the count of kernel NFSv4+ server operations.")
  static let all = [
    clientNet, clientConnections, clientRPC, clientRetransmits, clientRefreshes, clientProcedures,
    clientOperations, serverCache, serverStale, serverIO, serverThreads, serverNet,
    serverConnections, serverRPC, serverProcedures, serverOperations,
  ]
}
