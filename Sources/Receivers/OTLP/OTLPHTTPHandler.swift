internal import Bytes
internal import Compression
internal import Configuration
internal import HTTPTypes
internal import OTLP
internal import Queues
internal import Telemetry
internal import Transport

/// Answers OTLP/HTTP requests; OTLP specification, "OTLP/HTTP".
final class OTLPHTTPHandler: HTTPHandler {
  private let config: OTLPHTTPServerConfig
  private let ingress: OTLPIngress
  private let decompressors: [ShardBound<BodyDecompressor>]

  init(_ config: OTLPHTTPServerConfig, _ ingress: OTLPIngress, _ shards: Shards) {
    self.config = config
    self.ingress = ingress
    decompressors = shards.all.map { ShardBound(BodyDecompressor(), to: $0) }
  }

  func handle(_ exchange: HTTPExchange) {
    let head = exchange.head
    if let cors = config.cors, head.method == "OPTIONS", head.fields.contains("origin") {
      return exchange.respond(cors.preflight(head.fields))
    }
    guard let signal = config.paths[String(head.path)], ingress.takes(signal) else {
      return refusePlainly(exchange, 404, "404 page not found")
    }
    guard head.method == "POST" else {
      return refusePlainly(
        exchange, 405, "405 method not allowed, supported: [POST]", .init(["allow": "POST"]))
    }
    guard
      let encoding = head.fields.first("content-type").flatMap({ OTLPEncoding(contentType: $0) })
    else {
      ingress.refuse(signal, .unsupported)
      return refusePlainly(
        exchange, 415,
        "415 unsupported media type, supported: [application/json, application/x-protobuf]")
    }
    let request = Request(exchange: exchange, signal: signal, encoding: encoding)
    switch codec(head.fields) {
    case .unsupported(let name):
      ingress.refuse(signal, .unsupported)
      return refuse(
        request, .undecodable("the content encoding \"\(name)\" is not taken here"), 415)
    case .plain: collect(request, codec: nil)
    case .coded(let codec): collect(request, codec: codec)
    }
  }
}

extension OTLPHTTPHandler {
  /// A request whose head has been found good.
  private struct Request {
    let exchange: HTTPExchange
    let signal: Signal
    let encoding: OTLPEncoding
  }

  private enum ContentCoding {
    case plain
    case coded(CompressionCodec)
    case unsupported(String)
  }

  private func codec(_ fields: HTTPFields) -> ContentCoding {
    let name = (fields.first("content-encoding") ?? "").lowercased()
    if name.isEmpty || name == "identity" || name == "none" {
      return config.allowsPlain ? .plain : .unsupported("identity")
    }
    guard let codec = CompressionCodec(rawValue: name == "x-gzip" ? "gzip" : name),
      config.codecs.contains(codec)
    else { return .unsupported(name) }
    return .coded(codec)
  }

  /// Reads the body as far as memory allows.
  private func collect(_ request: Request, codec: CompressionCodec?) {
    if let refusal = ingress.refusal(of: request.signal) {
      return refuse(request, .delivery(refusal))
    }
    let memory = BodyReservation(ingress)
    request.exchange.collectBody(limit: config.bodyLimit, admit: memory.admit) { [self] result in
      switch result {
      case .success(let body): decode(body, request, codec, memory)
      case .failure(.tooLarge): refuse(request, tooLarge, .tooLarge)
      case .failure(.refused): refuse(request, .delivery(.memoryPressure), .memoryPressure)
      case .failure(.cancelled): break
      }
    }
  }

  private var tooLarge: ExportRefusal {
    .tooLarge("the request's body is larger than the limit of \(config.bodyLimit) bytes")
  }

  /// Turns the body into the protobuf bytes of the request and hands them on.
  private func decode(
    _ body: ByteSlice, _ request: Request, _ codec: CompressionCodec?, _ memory: BodyReservation
  ) {
    var bytes = body
    if let codec {
      do {
        bytes = try decompress(body, codec, request.exchange.shard, memory)
      } catch .tooLarge where memory.isRefused {
        return refuse(request, .delivery(.memoryPressure), .memoryPressure)
      } catch .tooLarge {
        return refuse(request, tooLarge, .tooLarge)
      } catch {
        let refusal = ExportRefusal.undecodable("the body is no \(codec.rawValue): \(error)")
        return refuse(request, refusal, .malformed)
      }
    }
    if request.encoding == .json {
      var buffer = ByteBuffer(minimumCapacity: bytes.count)
      do {
        try JSONRequestDecoder.decode(
          bytes.span, as: request.signal, maximumByteCount: config.bodyLimit, into: &buffer)
      } catch {
        let refusal = ExportRefusal(error)
        if case .tooLarge = refusal { return refuse(request, refusal, .tooLarge) }
        return refuse(request, refusal, .malformed)
      }
      bytes = buffer.takeSlice()
    }
    guard memory.admit(bytes.retainedByteCount) else {
      return refuse(request, .delivery(.memoryPressure), .memoryPressure)
    }
    ingest(bytes, request, memory)
  }

  /// Decompresses within what is free, or sets the whole limit aside first.
  private func decompress(
    _ body: ByteSlice, _ codec: CompressionCodec, _ shard: Shard, _ memory: BodyReservation
  ) throws(CompressionError) -> ByteSlice {
    let box = decompressors[shard.index].value
    let free = min(config.bodyLimit, ingress.availableByteCount)
    do {
      return try box.decompress(body, codec, limit: free)
    } catch {
      guard case .tooLarge = error, free < config.bodyLimit, memory.admit(config.bodyLimit) else {
        throw error
      }
      return try box.decompress(body, codec, limit: config.bodyLimit)
    }
  }

  private func ingest(_ bytes: ByteSlice, _ request: Request, _ memory: BodyReservation) {
    let bound = request.exchange.bound
    let (signal, encoding) = (request.signal, request.encoding)
    ingress.ingest(bytes, signal, origin(of: request.exchange), memory.reservation) {
      [self] result in
      bound.shard.run { [self] in
        let request = Request(exchange: bound.value, signal: signal, encoding: encoding)
        switch result {
        case .success(let response): respond(request, response)
        case .failure(let refusal): refuse(request, refusal)
        }
      }
    }
  }

  private func origin(of exchange: HTTPExchange) -> Origin {
    guard config.includesMetadata else { return Origin(exchange.peer) }
    var metadata = exchange.head.fields.metadata
    metadata.append(.init(name: "host", values: [exchange.head.authority]))
    return Origin(exchange.peer, metadata: metadata)
  }

  private func respond(_ request: Request, _ response: ExportResponse) {
    var body = ByteBuffer()
    response.encode(for: request.signal, as: request.encoding, into: &body)
    var head = HTTPResponseHead(status: 200)
    head.fields.append("content-type", request.encoding.contentType)
    send(head, body.takeSlice(), request.exchange)
  }

  /// Refuses a request that has not reached the pipelines, and counts why.
  private func refuse(_ request: Request, _ refusal: ExportRefusal, _ reason: RefusalReason) {
    ingress.refuse(request.signal, reason)
    refuse(request, refusal)
  }

  private func refuse(_ request: Request, _ refusal: ExportRefusal, _ status: Int? = nil) {
    var (head, body) = refusal.httpResponse(as: request.encoding)
    if let status { head.status = status }
    send(head, body, request.exchange)
  }

  private func refusePlainly(
    _ exchange: HTTPExchange, _ status: Int, _ words: String, _ fields: HTTPFields = .init()
  ) {
    var head = HTTPResponseHead(status: status, fields: fields)
    head.fields.append("content-type", "text/plain; charset=utf-8")
    send(head, ByteSlice(words + "\n"), exchange)
  }

  private func send(_ head: HTTPResponseHead, _ body: ByteSlice, _ exchange: HTTPExchange) {
    var head = head
    for (name, value) in config.responseHeaders { head.fields.append(name, value.revealed) }
    if let cors = config.cors, let origin = exchange.head.fields.first("origin") {
      cors.responseFields(origin: origin, into: &head.fields)
    }
    exchange.respond(head, body: body.isEmpty ? [] : [body])
  }
}

extension HTTPFields {
  /// The fields as request metadata, values of one name together.
  var metadata: [Origin.Metadata] {
    var names: [String] = []
    var values: [String: [String]] = [:]
    for index in 0..<count {
      let (name, value) = self[index]
      if values[name] == nil { names.append(name) }
      values[name, default: []].append(value)
    }
    return names.map { Origin.Metadata(name: $0, values: values[$0] ?? []) }
  }
}
