"""One run of a scenario: a fresh collector, a fresh sink, one load."""

import dataclasses
import mmap
import pathlib
import statistics
import time

import bodies
import load
import process
from sink import Sink


@dataclasses.dataclass
class Row:
    """What a run, or the middle of some, has shown."""

    scenario: str
    collector: str
    rate: float  # items a second, from the first request after the warm-up until the last item has arrived
    cpu: float  # us an item
    user: float
    system: float
    peak: float  # MiB
    after: float  # MiB, once the last item has arrived
    p50: float  # ms until a request is answered
    p99: float
    sent: int
    received: int | None  # None where nothing comes out
    equal: bool
    error: str = ""
    refused: int | None = None  # items answered with a word to send them again; None where it is not known


def failed(scenario, collector, error):
    return Row(scenario.key, collector.name, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, False, str(error))


def middle(rows):
    """The median of each figure; equal only where all were."""
    errors = [row.error for row in rows if row.error]
    if errors:
        return dataclasses.replace(rows[0], error=errors[0], equal=False)
    figures = {
        name: statistics.median(getattr(row, name) for row in rows)
        for name in ("rate", "cpu", "user", "system", "peak", "after", "p50", "p99")
    }
    received = None if rows[0].received is None else sum(row.received for row in rows)
    refused = None if rows[0].refused is None else sum(row.refused for row in rows)
    return dataclasses.replace(
        rows[0],
        **figures,
        sent=sum(row.sent for row in rows),
        received=received,
        refused=refused,
        equal=all(row.equal for row in rows),
    )


def run(scenario, collector, folder, program, scale):
    """Runs it once and returns the row."""
    # Made before the clock runs.
    bodies.file(folder, scenario.signal, scenario.items, scenario.attributes, scenario.protocol, scenario.coding)
    sink = Sink(program)
    try:
        collector.start(scenario, sink)
        try:
            early = load.warm(scenario, collector, folder) * scenario.items
            arrived(scenario, collector, sink, early)
            before, started = collector.cpu(), time.perf_counter()
            done = load.drive(scenario, collector, folder, scale)
            sent = done.answered * scenario.items
            received = arrived(scenario, collector, sink, early + sent)
            seconds, after = time.perf_counter() - started, collector.cpu()
            peak, resident = collector.memory("VmHWM"), collector.memory("VmRSS")
            refused = collector.refused()
            refused = None if refused is None else refused * scenario.items
        finally:
            collector.stop()
    except (RuntimeError, OSError) as error:
        return failed(scenario, collector, error)
    finally:
        sink.close()
    if scenario.out == "file":
        received = (written(collector.written), 0)
    items, bad = received or (early + sent, 0)
    items -= early
    # gRPC refuses with status 200, HTTP with 503, which is not sent.
    accepted = sent - (refused or 0) if scenario.protocol == "grpc" else sent
    spent = process.Spent(before, after, items)
    return Row(
        scenario.key, collector.name, items / seconds, spent.total, spent.user, spent.system, peak, resident,
        done.p50, done.p99, sent, items if received else None,
        sent > 0 and bad == 0 and accepted <= items <= accepted + done.unanswered * scenario.items, "", refused,
    )  # fmt: skip


def arrived(scenario, collector, sink, sent):
    """Waits for the last item: the items that came out and the bodies that were no OTLP; None where nothing comes."""
    if scenario.out == "nop":
        return None
    if scenario.out == "file":
        settle(collector.written)
        return None
    counts = sink.wait(sent, patience=0.5)
    if counts["items"] < sent:
        # What was refused does not come.
        counts = sink.wait(sent - (collector.refused() or 0) * scenario.items)
    return counts["items"], counts["bad"]


def settle(path):
    """Waits until a file has stood still for 1.2 s, which is longer than it may be held back, at most a minute."""
    size, changed, started = -1, time.monotonic(), time.monotonic()
    while time.monotonic() - changed < 1.2 and time.monotonic() - started < 60:
        now = path.stat().st_size if path.exists() else 0
        if now != size:
            size, changed = now, time.monotonic()
        time.sleep(0.02)


def written(path):
    """The spans in the file exporter's output, by an attribute that each of them has once."""
    count, key = 0, b"enduser.id"
    with pathlib.Path(path).open("rb") as file:
        if file.seek(0, 2) == 0:
            return 0
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            at = text.find(key)
            while at >= 0:
                count, at = count + 1, text.find(key, at + len(key))
    pathlib.Path(path).unlink()
    return count
