public import Components
internal import Diagnostics
internal import Dispatch
internal import Sockets
internal import Synchronization
internal import Telemetry
internal import Transport

/// Takes OTLP over gRPC and HTTP and hands it to the pipelines.
final class OTLPReceiver: Receiver {
  private let config: OTLPReceiverConfig
  private let log: Log
  private let grpc: GRPCServer?
  private let http: HTTPServer?

  init(_ config: OTLPReceiverConfig, _ settings: ComponentSettings, _ outlets: Outlets) {
    self.config = config
    log = settings.log
    grpc = config.grpc.map { options in
      let ingress = OTLPIngress(settings, outlets, transport: "grpc")
      return GRPCServer(
        settings: options.serverSettings,
        handler: OTLPGRPCHandler(options, ingress), shards: settings.shards,
        log: settings.log, metrics: settings.metrics.with("transport", "grpc"))
    }
    http = config.http.map { options in
      let ingress = OTLPIngress(settings, outlets, transport: "http")
      return HTTPServer(
        settings: options.serverSettings,
        handler: OTLPHTTPHandler(options, ingress, settings.shards), shards: settings.shards,
        log: settings.log, metrics: settings.metrics.with("transport", "http"))
    }
  }

  /// Where each protocol listens, with the ports that the system chose; nil before the start.
  var addresses: (grpc: SocketAddress?, http: SocketAddress?) {
    (grpc?.boundAddress, http?.boundAddress)
  }

  func start(_ host: any Host) throws(ComponentError) {
    do {
      if let grpc, let options = config.grpc {
        try grpc.start(on: options.address)
        announce("OTLP/gRPC", grpc.boundAddress)
      }
      if let http, let options = config.http {
        try http.start(on: options.address)
        announce("OTLP/HTTP", http.boundAddress)
      }
    } catch {
      grpc?.stop(by: .now()) {}
      throw ComponentError("\(error)")
    }
  }

  func stop(by deadline: DispatchTime, _ done: @escaping @Sendable () -> Void) {
    let stopping = DispatchGroup()
    if let grpc {
      stopping.enter()
      grpc.stop(by: deadline) { stopping.leave() }
    }
    if let http {
      stopping.enter()
      http.stop(by: deadline) { stopping.leave() }
    }
    stopping.notify(queue: .global(), execute: done)
  }

  private func announce(_ what: String, _ address: SocketAddress?) {
    log.info("listening", ["protocol": "\(what)", "endpoint": "\(address?.description ?? "-")"])
  }
}

extension ReceiverFactory {
  /// Makes `otlp` receivers.
  public static let otlp = ReceiverFactory(
    ComponentType(
      "otlp",
      signals: [.traces: .stable, .metrics: .stable, .logs: .stable, .profiles: .development],
      summary: "Takes OTLP over gRPC and HTTP, in protobuf and JSON.")
  ) { (config: OTLPReceiverConfig, settings, outlets) in
    OTLPReceiver(config, settings, outlets)
  }
}

extension OTLPGRPCServerConfig {
  /// The options as the transport takes them.
  var serverSettings: GRPCServerSettings {
    var settings = GRPCServerSettings()
    settings.maxReceiveMessageBytes = messageLimit
    if let maxConcurrentStreams { settings.maxConcurrentStreams = maxConcurrentStreams }
    settings.keepalive.maxConnectionIdle = keepAlive.maxConnectionIdle
    settings.keepalive.maxConnectionAge = keepAlive.maxConnectionAge
    settings.keepalive.maxConnectionAgeGrace = keepAlive.maxConnectionAgeGrace
    settings.keepalive.time = keepAlive.time
    settings.keepalive.timeout = keepAlive.timeout
    settings.pingPolicy.minimumInterval = keepAlive.minimumTime
    settings.pingPolicy.permitsWithoutStream = keepAlive.permitsWithoutStream
    return settings
  }
}

extension OTLPHTTPServerConfig {
  /// The options as the transport takes them.
  var serverSettings: HTTPServerSettings {
    var settings = HTTPServerSettings()
    if let readHeaderTimeout { settings.readHeaderTimeout = readHeaderTimeout }
    settings.readTimeout = readTimeout
    if let writeTimeout { settings.writeTimeout = writeTimeout }
    if let idleTimeout { settings.idleTimeout = idleTimeout }
    settings.keepsAlive = keepsAlive
    return settings
  }
}
