import Bytes
import CProbeEvents
import Diagnostics
import Identity
import Telemetry
import TestSupport
import Testing

@testable import Probes

@Suite struct RecordTemplatesTests {
  /// Writes records of one shape with a number of each form, by templates where one fits.
  private struct Records: ~Copyable {
    private let head = RecordHead(event: "an.event")
    private var templates = RecordTemplates<Int>()
    private var logs = LogsWriter(version: "1")
    private var draft = RecordDraft()
    private var times = TimestampText()

    /// Writes a record; returns its bytes, and whether it is a copy of the one before.
    mutating func write(
      _ numbers: [RecordNumber: UInt64], source: String = text
    ) -> (bytes: [UInt8], isCopied: Bool) {
      for (number, value) in numbers { draft.numbers[number] = value }
      let source = Array(source.utf8)
      logs.select(scope: "a scope")
      let start = logs.byteCount
      if templates.write(
        1, at: 7, draft.numbers.span, source: source.span, &times, to: &logs)
      {
        return (Array(copying: logs.bytes(from: start)), true)
      }
      logs.open(head, time: draft.numbers[.time], observed: draft.numbers[.observed])
      draft.begin(head, headStart: logs.byteCount - head.byteCount - start)
      logs.write(atMost: 1000) { pen in
        draft.body(expecting: 60, to: &pen) { draft, pen in
          pen.put(text: source.span)
          draft.decimal(.pid, to: &pen)
        }
        draft.attribute("varint", .parent, to: &pen)
        draft.attribute("fraction", fraction: .uptime, to: &pen)
        draft.attribute("moment", moment: .created, &times, to: &pen)
      }
      logs.close()
      let record = Array(copying: logs.bytes(from: start))
      templates.keep(record.span, of: draft, 1, at: 7, source: source.span, .init())
      return (record, false)
    }
  }

  /// So long that lengths are wider than expected.
  private static let text = String(repeating: "a text ", count: 30)

  private static let first: [RecordNumber: UInt64] = [
    .time: 5, .observed: 6, .pid: 100, .parent: 128, .uptime: (0.5).bitPattern,
    .created: 1_700_000_000_123,
  ]

  /// The bytes of a record that nothing was written before.
  private func alone(_ numbers: [RecordNumber: UInt64], source: String = text) -> [UInt8] {
    var records = Records()
    return records.write(numbers, source: source).bytes
  }

  @Test(
    "a record that differs in numbers of the same widths is copied, and any other written anew",
    arguments: [
      ([:], true), ([.time: .max, .observed: 0], true), ([.pid: 999], true), ([.pid: 1000], false),
      ([.pid: 99], false), ([.pid: 0], false), ([.parent: 16383], true), ([.parent: 16384], false),
      ([.parent: 127], false), ([.parent: .max], false),
      ([.uptime: (-1e300).bitPattern, .created: 0], true),
      ([.created: 1_999_999_999_999, .pid: 101, .parent: 129], true),
      ([.created: 1_700_000_000_124, .pid: 5], false),
    ] as [([RecordNumber: UInt64], Bool)])
  func widths(change: [RecordNumber: UInt64], isCopied: Bool) {
    let changed = Self.first.merging(change) { $1 }
    var records = Records()
    let before = records.write(Self.first)
    let between = records.write(changed)
    let behind = records.write(Self.first)
    #expect(!before.isCopied)
    #expect(between.isCopied == isCopied)
    #expect(behind.isCopied == isCopied)
    #expect(before.bytes == alone(Self.first))
    #expect(between.bytes == alone(changed))
    #expect(behind.bytes == before.bytes)
  }

  @Test("a record with another text is written anew")
  func source() {
    var records = Records()
    _ = records.write(Self.first)
    let other = records.write(
      Self.first,
      source:
        "no text, though one of so many bytes that the record has the length of those that are kept for others"
    )
    let again = records.write(
      Self.first,
      source:
        "no text, though one of so many bytes that the record has the length of those that are kept for others"
    )
    #expect(!other.isCopied)
    #expect(again.isCopied)
    #expect(
      other.bytes
        == alone(
          Self.first,
          source:
            "no text, though one of so many bytes that the record has the length of those that are kept for others"
        ))
    #expect(again.bytes == other.bytes)
  }

  /// A process that runs one of three programs and ends, its numbers different from those of all others.
  private static func process(_ index: UInt32) -> [[UInt8]] {
    let pid = 9000 + index * 7
    let start = ProcessRecordBytes.start + UInt64(index) * 3_000_000
    let path = ["/usr/bin/ls", "/bin/true", "/usr/bin/ls"][Int(index % 3)]
    let exec = ProcessRecordBytes.exec(
      path: path, arguments: Array("ls\0\(index % 5)\0".utf8), directory: "home\0"
    ) {
      $0.head.pid = pid
      $0.head.start = start
      $0.head.time = start + UInt64(index) * 1_000_003
      $0.head.cgroup = 9
      $0.head.exec_seq = index / 90
      $0.head.flags = 0
      $0.inner_pid = index % 11 == 0 ? index : pid
      $0.old_tid = index % 13 == 0 ? pid + 1 : pid
      $0.inode = 70 + UInt64(index % 3)
      $0.session = index
    }
    let exit = ProcessRecordBytes.exit {
      $0.head.pid = pid
      $0.head.start = start
      $0.head.time = start + UInt64(index) * 2_000_003
      $0.head.cgroup = 9
      $0.inner_pid = index % 11 == 0 ? index : pid
      $0.status = index % 17 == 0 ? 9 : (index % 4) << 8
      $0.run_time = UInt64(index) * 1_000
      $0.peak_pages = index % 19 == 0 ? .max : UInt64(index)
      $0.minor_faults = UInt64(index) * 3
    }
    return [exec, exit]
  }

  /// The events of 400 processes; `between` is told of before each record.
  private func events(between: [UInt8]?) -> Payload {
    var settings = ProcessTable.Settings()
    settings.root = "/nonexistent"
    let boot = BootClock(bootUnixNanoseconds: 1_700_000_000_000_000_000)
    let table = ProcessTable(settings, boot: boot)
    var work = ProcessWork(
      ProcessConfig(), table, boot: boot, ids: ExecID(boot: "b"), MetricsScope(MetricsRegistry()))
    var output = ProbeOutput(version: "1")
    let group = ProcessRecordBytes.cgroup(9, "/some.slice")
    _ = work.takeCgroup(group.span)
    for (index, record) in (0..<400).flatMap(Self.process).enumerated() {
      output.observed = 1_700_000_000_000_000_000 + UInt64(index)
      if let between { _ = work.takeCgroup(between.span) }
      guard let head = ProbeHead(record.span) else { continue }
      _ =
        UInt32(head.type) == PROCESS_EXEC.rawValue
        ? work.takeExec(record.span, &output) : work.takeExit(record.span, &output)
    }
    return output.logs.takePayload()
  }

  @Test("processes are told of in the same bytes whether records are copied or not")
  func processes() {
    // Whatever is told of control groups has all templates forgotten.
    let copied = events(between: nil)
    let written = events(between: ProcessRecordBytes.cgroup(77, "/other.slice"))
    #expect(copied.itemCount == 800)
    #expect(copied.joined() == written.joined())
  }
}
