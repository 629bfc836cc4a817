import Diagnostics
import Glibc
import Synchronization
import Testing

@Suite struct StreamLogSinkTests {
  /// A clock that a test sets.
  final class HandClock: Sendable {
    private let milliseconds = Atomic<Int64>(1_769_903_999_999)
    var now: WallTime { WallTime(milliseconds: milliseconds.load(ordering: .relaxed)) }
    func advance(seconds: Int64) { milliseconds.add(seconds * 1000, ordering: .relaxed) }
  }

  private func sink(
    _ pipe: OutputPipe, _ encoding: LogEncoding = .console, level: LogLevel = .info,
    sampling: LogSampling? = nil, clock: HandClock = HandClock()
  ) -> StreamLogSink {
    StreamLogSink(
      to: [LogOutput(descriptor: pipe.writeEnd)], minimumLevel: level, encoding: encoding,
      sampling: sampling, now: { clock.now })
  }

  @Test("writes lines for people, with fields quoted where needed")
  func console() {
    let pipe = OutputPipe()
    let log = Log(sink(pipe), ["component": "otlp/2"])
    log.info("listening", ["endpoint": "h:1", "text": "a b", "n": 2, "ok": true, "share": 0.5])
    log.warn("odd", ["empty": "", "equals": "a=b", "quote": "a\"b\\c"])
    log.debug("not written")
    #expect(
      pipe.text() == """
        2026-01-31T23:59:59.999Z INFO  listening component=otlp/2 endpoint=h:1 text="a b" n=2 \
        ok=true share=0.5
        2026-01-31T23:59:59.999Z WARN  odd component=otlp/2 empty="" equals="a=b" \
        quote="a\\"b\\\\c"

        """)
  }

  @Test("writes one JSON object a line")
  func json() {
    let pipe = OutputPipe()
    let log = Log(sink(pipe, .json, level: .debug))
    log.debug("step \"x\"", ["a": "line\nbreak\u{7}", "n": -2, "d": .double(.nan), "b": false])
    #expect(
      pipe.text()
        == "{\"level\":\"debug\",\"ts\":\"2026-01-31T23:59:59.999Z\",\"msg\":\"step \\\"x\\\"\","
        + "\"a\":\"line\\nbreak\\u0007\",\"n\":-2,\"d\":\"nan\",\"b\":false}\n")
  }

  @Test("escapes what could forge a line or steer a terminal", arguments: LogEncoding.allCases)
  func injection(encoding: LogEncoding) {
    let pipe = OutputPipe()
    let hostile = "x\n2026 ERROR forged\r\u{1B}[2J\u{9b}31m\u{202E}\u{2028}\u{0}"
    Log(sink(pipe, encoding)).error(hostile, ["k\ne y": .string(hostile)])
    let text = pipe.text()
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == 2)
    let isHarmless = text.dropLast().unicodeScalars.allSatisfy {
      $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) && $0.value < 0x2000
    }
    #expect(isHarmless)
  }

  @Test("cuts texts that are too long")
  func long() {
    let pipe = OutputPipe()
    Log(sink(pipe)).info(String(repeating: "x", count: 20_000))
    let text = pipe.text()
    #expect(text.utf8.count < 9000)
    #expect(text.hasSuffix("x...\n"))
  }

  @Test("writes the first ten of a kind in ten seconds, then every hundredth, and tells the rest")
  func sampling() {
    let (pipe, clock) = (OutputPipe(), HandClock())
    let log = Log(sink(pipe, sampling: LogSampling(), clock: clock))
    for number in 0..<250 { log.warn("again", ["n": .int(number)]) }
    log.error("again")
    log.info("other")
    let lines = pipe.lines
    #expect(lines.count == 14)
    #expect(lines[9].hasSuffix("n=9"))
    #expect(lines[10].hasSuffix("n=109"))
    #expect(lines[11].hasSuffix("n=209"))
    clock.advance(seconds: 10)
    log.info("later")
    log.warn("again", ["n": 250])
    let after = pipe.lines.map { $0.dropFirst(25) }
    #expect(
      after == [
        "WARN  repeated lines were left out message=again count=238", "INFO  later",
        "WARN  again n=250",
      ])
  }

  @Test("tells what was left out when it is flushed")
  func flush() {
    let pipe = OutputPipe()
    let sink = sink(pipe, sampling: LogSampling(initial: 1, thereafter: 0))
    for _ in 0..<5 { Log(sink).info("x") }
    sink.flush()
    sink.flush()
    #expect(
      pipe.lines.map { $0.dropFirst(25) }.last
        == "INFO  repeated lines were left out message=x count=4")
  }

  @Test("counts again when the clock is set back")
  func clockBack() {
    let (pipe, clock) = (OutputPipe(), HandClock())
    let log = Log(
      sink(pipe, sampling: LogSampling(initial: 1, thereafter: 0), clock: clock))
    log.info("x")
    clock.advance(seconds: -3600)
    log.info("x")
    #expect(pipe.lines.count == 2)
  }

  @Test("writes lines of more kinds than it counts")
  func kinds() {
    let pipe = OutputPipe(size: 1 << 20)
    let sink = sink(pipe, sampling: LogSampling(initial: 1, thereafter: 0))
    for number in 0..<5000 { Log(sink).info("message \(number)") }
    for _ in 0..<3 { Log(sink).info("message 4999") }
    for _ in 0..<3 { Log(sink).info("message 0") }
    #expect(pipe.lines.count == 5003)
  }

  @Test("drops and counts lines when nobody reads the pipe, and goes on after")
  func fullPipe() {
    let pipe = OutputPipe(size: 4096)
    let sink = sink(pipe)
    for number in 0..<60 {
      Log(sink).info(
        "line", ["n": .int(number), "fill": .string(String(repeating: "x", count: 100))])
    }
    #expect(sink.dropped > 0)
    let dropped = sink.dropped
    #expect(pipe.lines.count == 60 - dropped)
    Log(sink).info("after")
    #expect(pipe.lines.last?.hasSuffix("after") == true)
  }

  @Test("begins a new line after a line that was torn")
  func torn() {
    let pipe = OutputPipe(size: 4096)
    let sink = sink(pipe)
    Log(sink).info(String(repeating: "x", count: 8000))
    #expect(sink.dropped == 1)
    #expect(pipe.text().utf8.count == 4096)
    Log(sink).info("after")
    #expect(pipe.text().hasPrefix("\n2026-01-31T23:59:59.999Z INFO  after"))
  }

  @Test("drops lines when the reader is gone")
  func closed() {
    let pipe = OutputPipe()
    pipe.closeReader()
    let sink = sink(pipe)
    Log(sink).info("x")
    #expect(sink.dropped == 1)
  }

  @Test("never interleaves lines of several threads")
  func threads() async {
    let pipe = OutputPipe(size: 1 << 20)
    let sink = sink(pipe)
    await withTaskGroup { group in
      for task in 0..<4 {
        group.addTask {
          let fill = String(repeating: "\(task)", count: 200)
          for _ in 0..<200 { Log(sink).info("line", ["fill": .string(fill)]) }
        }
      }
    }
    let lines = pipe.lines
    #expect(lines.count == 800)
    let isWhole = lines.allSatisfy { line in
      line.utf8.count == 241 && Set(line.suffix(200)).count == 1
    }
    #expect(isWhole)
  }

  @Test("appends to files, and says why it cannot")
  func files() throws {
    let file = "/tmp/swiftlet-log-\(getpid())-append"
    // The path is a text with its zero byte for the call.
    defer { unsafe unlink(file) }
    for text in ["first", "second"] {
      Log(try StreamLogSink(paths: [file], encoding: .json)).info("\(text)")
    }
    // As above.
    let descriptor = unsafe open(file, O_RDONLY)
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1000)
    // Reads at most the array's own length.
    let count = unsafe read(descriptor, &bytes, bytes.count)
    let text = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    #expect(text.split(separator: "\n").count == 2)
    #expect(text.contains("\"msg\":\"second\""))
    #expect {
      try StreamLogSink(paths: ["/nonexistent/x"])
    } throws: { error in
      "\(error)" == "cannot open the log output /nonexistent/x: No such file or directory"
    }
  }
}
