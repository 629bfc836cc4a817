import Bytes
import Glibc
import HTTPTypes
import Queues
import Synchronization
import Testing
import Transport

@Suite(.timeLimit(.minutes(1))) struct HTTPServerTests {
  private let post = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello"

  @Test("answers a request and keeps the connection for the next")
  func keepsAlive() async throws {
    let running = try RunningServer(EchoHandler())
    let client = BlockingClient(port: running.port)
    for _ in 0..<3 {
      client.send(post)
      let answer = client.receive(until: "hello")
      #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(answer.contains("content-length: 5\r\n"))
    }
    await running.stop()
  }

  @Test(
    "answers say when they were made (RFC 9110 section 6.6.1)", arguments: ["POST / HTTP/1.1", "x"])
  func date(line: String) async throws {
    let running = try RunningServer(EchoHandler())
    let client = BlockingClient(port: running.port)
    client.send(line + "\r\nhost: a\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
    let answer = client.receiveAll()
    let form =
      /\r\ndate: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z][a-z] \d{4} \d\d:\d\d:\d\d GMT\r\n/
    #expect(answer.matches(of: form).count == 1, "\(answer)")
    await running.stop()
  }

  @Test("answers pipelined requests in their order, also when each is answered later")
  func pipelining() async throws {
    let running = try RunningServer(EchoHandler())
    let client = BlockingClient(port: running.port)
    let later = "GET /later HTTP/1.1\r\nhost: a\r\n\r\n"
    client.send(String(repeating: later + post, count: 50))
    let answers = client.receive(until: "hello", count: 50)
    #expect(occurrences(of: "200 OK", in: answers) == 100)
    #expect(occurrences(of: "later", in: answers) == 50)
    await running.stop()
  }

  @Test("reads chunked bodies, whole and a byte at a time", arguments: [1, 10_000])
  func chunked(step: Int) async throws {
    let running = try RunningServer(EchoHandler())
    let client = BlockingClient(port: running.port)
    let request = Array(
      "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
        .utf8)
    var index = 0
    while index < request.count {
      client.send(Array(request[index..<min(index + step, request.count)]))
      index += step
    }
    #expect(client.receive(until: "hello world").hasSuffix("hello world"))
    await running.stop()
  }

  @Test("sends 100 Continue only when the body is wanted (RFC 9110 section 10.1.1)")
  func expectContinue() async throws {
    let running = try RunningServer(EchoHandler(limit: 10))
    let client = BlockingClient(port: running.port)
    let head = "POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: "
    client.send(head + "5\r\n\r\n")
    #expect(client.receive(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
    client.send("hello")
    #expect(client.receive(until: "hello").contains("200 OK"))
    client.send(head + "50\r\n\r\n")
    let answer = client.receiveAll()
    #expect(answer.hasPrefix("HTTP/1.1 413"))
    #expect(answer.contains("connection: close"))
    await running.stop()
  }

  @Test("refuses a body above the limit, declared or not")
  func oversize() async throws {
    let running = try RunningServer(EchoHandler(limit: 10))
    let declared = BlockingClient(port: running.port)
    declared.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10000000\r\n\r\n")
    declared.send([UInt8](repeating: 0x61, count: 100_000))
    #expect(declared.receiveAll().hasPrefix("HTTP/1.1 413"))
    let chunked = BlockingClient(port: running.port)
    chunked.send("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n")
    chunked.send("20\r\n" + String(repeating: "a", count: 32) + "\r\n")
    #expect(chunked.receiveAll().hasPrefix("HTTP/1.1 413"))
    await running.stop()
  }

  @Test("skips a small body that nobody wants and keeps the connection")
  func skipsSmallRest() async throws {
    let running = try RunningServer(EchoHandler(limit: 2))
    let client = BlockingClient(port: running.port)
    client.send(post + "GET /early HTTP/1.1\r\nhost: a\r\n\r\n")
    let answers = client.receive(until: "early")
    #expect(answers.contains("413"))
    #expect(answers.hasSuffix("early"))
    await running.stop()
  }

  @Test("answers a refusal of admission before the body is read")
  func refused() async throws {
    let running = try RunningServer(EchoHandler())
    let client = BlockingClient(port: running.port)
    client.send("POST /refused HTTP/1.1\r\nhost: a\r\ncontent-length: 500000\r\n\r\n")
    #expect(client.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 503"))
    await running.stop()
  }

  @Test(
    "answers what is no request and closes",
    arguments: ["GARBAGE\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}"])
  func garbage(text: String) async throws {
    let running = try RunningServer(EchoHandler())
    let client = BlockingClient(port: running.port)
    client.send(text)
    #expect(client.receiveAll().hasPrefix("HTTP/1.1 400"))
    await running.stop()
  }

  @Test("answers a client that has closed its sending half")
  func halfClosed() async throws {
    let running = try RunningServer(EchoHandler())
    let client = BlockingClient(port: running.port)
    client.send("GET /later HTTP/1.1\r\nhost: a\r\n\r\n" + post)
    client.closeWriting()
    let answers = client.receiveAll()
    #expect(answers.contains("later"))
    #expect(answers.hasSuffix("hello"))
    await running.stop()
  }

  @Test("tells a handler that its client went away")
  func cancel() async throws {
    let handler = EchoHandler()
    let running = try RunningServer(handler)
    do {
      let client = BlockingClient(port: running.port)
      client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 50\r\n\r\nhel")
      await running.settle()
    }
    while handler.cancelled.withLock({ $0 }) == 0 { await running.settle() }
    await running.stop()
  }

  @Test("closes a connection whose request does not come in time")
  func silentPeer() async throws {
    let clock = ManualClock()
    var settings = HTTPServerSettings()
    settings.readHeaderTimeout = .seconds(10)
    settings.idleTimeout = .seconds(60)
    let running = try RunningServer(EchoHandler(), settings: settings, clock: clock)
    let mute = BlockingClient(port: running.port)
    let slow = BlockingClient(port: running.port)
    let idle = BlockingClient(port: running.port)
    slow.send("POST / HTTP/1.1\r\nho")
    idle.send(post)
    _ = idle.receive(until: "hello")
    await running.settle()
    clock.advance(by: .seconds(11))
    #expect(mute.receiveAll() == "")
    #expect(slow.receiveAll().hasPrefix("HTTP/1.1 408"))
    idle.send(post)
    #expect(idle.receive(until: "hello").contains("200 OK"))
    await running.settle()
    clock.advance(by: .seconds(61))
    #expect(idle.receiveAll() == "")
    await running.stop(followedBy: clock)
  }

  @Test("cuts a client that does not read its response")
  func slowReader() async throws {
    let clock = ManualClock()
    var settings = HTTPServerSettings()
    settings.writeTimeout = .seconds(5)
    let running = try RunningServer(EchoHandler(), settings: settings, clock: clock)
    let client = BlockingClient(port: running.port, receiveBuffer: 4096)
    client.send("GET /large HTTP/1.1\r\nhost: a\r\n\r\n")
    _ = client.receive(maximum: 100)
    await running.settle()
    clock.advance(by: .seconds(6))
    await running.settle()
    #expect(client.receiveAll().utf8.count < 64 << 20)
    await running.stop(followedBy: clock)
  }

  @Test("lets a running request finish when it stops, and closes idle connections")
  func stops() async throws {
    let running = try RunningServer(EchoHandler())
    let idle = BlockingClient(port: running.port)
    idle.send(post)
    _ = idle.receive(until: "hello")
    let busy = BlockingClient(port: running.port)
    busy.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhe")
    await running.settle()
    async let stopped: Void = running.stop()
    #expect(idle.receiveAll() == "")
    busy.send("llo")
    let answer = busy.receiveAll()
    #expect(answer.contains("connection: close"))
    #expect(answer.hasSuffix("hello"))
    await stopped
  }

  @Test("works on no more pipelined requests than the client reads answers of")
  func pipelineFlood() async throws {
    let handler = EchoHandler()
    let running = try RunningServer(handler)
    let client = BlockingClient(port: running.port)
    client.send(String(repeating: "GET /block HTTP/1.1\r\nhost: a\r\n\r\n", count: 60))
    while handler.handled.withLock({ $0 }) == 0 { await running.settle() }
    for _ in 0..<100 { await running.settle() }
    // What loopback's socket buffers take, and one more.
    #expect(handler.handled.withLock { $0 } < 30)
    client.closeWriting()
    #expect(client.receiveAll().utf8.count > 60 << 20)
    await running.stop()
  }

  @Test("ends a request whose client closed before its end, also behind waiting ones")
  func halfRequest() async throws {
    let running = try RunningServer(EchoHandler())
    let client = BlockingClient(port: running.port)
    client.send(
      "GET /later HTTP/1.1\r\nhost: a\r\n\r\nPOST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nhel"
    )
    client.closeWriting()
    #expect(client.receiveAll().hasSuffix("later"))
    await running.stop()
  }

  @Test("ends a body without a byte for the idle time")
  func stalledBody() async throws {
    let clock = ManualClock()
    let running = try RunningServer(EchoHandler(), clock: clock)
    do {
      let client = BlockingClient(port: running.port)
      client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nhel")
      // The connection has been accepted and read when a second one is answered.
      let second = BlockingClient(port: running.port)
      second.send(post)
      _ = second.receive(until: "hello")
      await running.settle()
      clock.advance(by: .seconds(61))
      #expect(client.receiveAll().hasPrefix("HTTP/1.1 408"))
    }
    await running.stop(followedBy: clock)
  }

  @Test("answers on a connection that was idle for longer than the write timeout")
  func idleThenAnswers() async throws {
    let clock = ManualClock()
    let running = try RunningServer(EchoHandler(), clock: clock)
    do {
      let client = BlockingClient(port: running.port)
      for _ in 0..<3 {
        client.send(post)
        #expect(client.receive(until: "hello").hasSuffix("hello"))
        await running.settle()
        clock.advance(by: .seconds(50))
      }
    }
    await running.stop(followedBy: clock)
  }

  @Test("keeps a thousand connections open at once, and refuses those above its limit")
  func openConnections() async throws {
    var limit = rlimit()
    _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = min(limit.rlim_max, 10_000)
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    let count = limit.rlim_cur > 4000 ? 1000 : 100
    var settings = HTTPServerSettings()
    settings.maxConnections = count
    let running = try RunningServer(EchoHandler(), settings: settings, shardCount: 2)
    var clients: [BlockingClient] = []
    for _ in 0..<count {
      let client = BlockingClient(port: running.port)
      client.send(post)
      clients.append(client)
    }
    for client in clients { #expect(client.receive(until: "hello").hasSuffix("hello")) }
    let tooMany = BlockingClient(port: running.port)
    #expect(tooMany.receiveAll() == "")
    clients.removeLast()
    var isServed = false
    while !isServed {
      let next = BlockingClient(port: running.port)
      next.send(post)
      isServed = next.receive(until: "hello").hasSuffix("hello")
    }
    clients.removeAll()
    await running.stop()
  }

  @Test("serves thousands of short connections on several shards")
  func manyConnections() async throws {
    let running = try RunningServer(EchoHandler(), shardCount: 2)
    for _ in 0..<2000 {
      let client = BlockingClient(port: running.port)
      client.send(post)
      guard client.receive(until: "hello").hasSuffix("hello") else {
        Issue.record("a connection was not served")
        break
      }
    }
    await running.stop()
  }
}
