internal import Configuration
internal import Sockets

/// The options under `protocols::grpc`.
struct OTLPGRPCServerConfig: Sendable {
  /// The options under `keepalive`; nil durations are without limit.
  struct KeepAlive: Sendable {
    var maxConnectionIdle: Duration?
    var maxConnectionAge: Duration?
    var maxConnectionAgeGrace: Duration?
    var time = Duration.seconds(7200)
    var timeout = Duration.seconds(20)
    var minimumTime = Duration.seconds(300)
    var permitsWithoutStream = false
  }

  var address: SocketAddress
  var messageLimit = OTLPListenOptions.defaultRequestLimit
  var maxConcurrentStreams: Int?
  var keepAlive = KeepAlive()
  var includesMetadata = false

  init(address: SocketAddress) {
    self.address = address
  }

  init(_ section: ConfigSection) {
    address = OTLPListenOptions.address(section, default: "localhost:4317")
    section.refuseServerSecurity()
    let mebibytes = section.int("max_recv_msg_size_mib", default: 0, in: 0...2047)
    if mebibytes > 0 { messageLimit = mebibytes << 20 }
    let streams = section.int("max_concurrent_streams", default: 0, in: 0...Int(Int32.max))
    if streams > 0 { maxConcurrentStreams = streams }
    includesMetadata = section.bool("include_metadata", default: false)
    // Sizes of buffers that this collector does not have: it reads into one buffer for all.
    _ = section.byteSize("read_buffer_size", default: 0)
    _ = section.byteSize("write_buffer_size", default: 0)
    if let section = section.section("keepalive") { readKeepAlive(section) }
    section.finish()
  }

  private mutating func readKeepAlive(_ section: ConfigSection) {
    if let server = section.section("server_parameters") {
      keepAlive.maxConnectionIdle = server.limit("max_connection_idle")
      keepAlive.maxConnectionAge = server.limit("max_connection_age")
      keepAlive.maxConnectionAgeGrace = server.limit("max_connection_age_grace")
      keepAlive.time = server.duration("time", default: keepAlive.time)
      keepAlive.timeout = server.duration("timeout", default: keepAlive.timeout)
      server.finish()
    }
    if let policy = section.section("enforcement_policy") {
      keepAlive.minimumTime = policy.duration("min_time", default: keepAlive.minimumTime)
      keepAlive.permitsWithoutStream = policy.bool("permit_without_stream", default: false)
      policy.finish()
    }
    section.finish()
  }
}

extension ConfigSection {
  /// A duration of which zero or absence means no limit.
  func limit(_ key: String) -> Duration? {
    let duration = duration(key, default: .zero)
    return duration > .zero ? duration : nil
  }
}
