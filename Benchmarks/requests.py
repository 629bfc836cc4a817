"""Writes the export requests that the benchmark sends, with nothing but the standard library.

Usage: requests.py FOLDER. Makes, for each of traces, metrics and logs, the protobuf request
(<signal>.binpb), the same framed for gRPC (<signal>.grpc) and the same gzipped (<signal>.binpb.gz).
Numbers come from a seeded generator: the files are the same at each run.
"""
import gzip
import pathlib
import random
import struct
import sys

SPANS, RECORDS, POINTS = 100, 1000, 1000
START = 1_700_000_000_000_000_000


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number, value):
    """A length-delimited field, or a varint field where value is a number."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, str):
        value = value.encode()
    return varint(number << 3 | 2) + varint(len(value)) + value


def fixed64(number, value):
    return varint(number << 3 | 1) + struct.pack("<Q", value)


def double(number, value):
    return varint(number << 3 | 1) + struct.pack("<d", value)


def attribute(number, key, value):
    """A KeyValue in the field of that number."""
    return field(number, field(1, key) + field(2, field(3 if isinstance(value, int) else 1, value)))


def resource():
    return field(
        1,
        attribute(1, "service.name", "checkout")
        + attribute(1, "service.version", "2.14.0")
        + attribute(1, "host.name", "node-17.example")
        + attribute(1, "process.pid", 4711),
    )


def scope():
    return field(1, field(1, "example.instrumentation") + field(2, "1.4.2"))


def wrapped(items, number):
    """A whole request of encoded items, which stand in field 2 of their scope."""
    inner = scope() + b"".join(field(number, item) for item in items)
    return field(1, resource() + field(2, inner))


def non_zero(numbers, count):
    """Random bytes of an id; an id of zeroes alone is not valid."""
    return bytes([numbers.randrange(1, 256)]) + numbers.randbytes(count - 1)


def span(numbers, trace, number):
    started = START + number * 1_000_000
    return (
        field(1, trace)
        + field(2, non_zero(numbers, 8))
        + field(4, non_zero(numbers, 8))
        + field(5, "GET /api/v1/orders/{id}/items")
        + field(6, 2)
        + fixed64(7, started)
        + fixed64(8, started + numbers.randrange(50_000_000))
        + attribute(9, "http.request.method", "GET")
        + attribute(9, "http.route", "/api/v1/orders/{id}/items")
        + attribute(9, "http.response.status_code", 200)
        + attribute(9, "url.full", f"https://shop.example/api/v1/orders/{numbers.randrange(10**8):08d}/items")
        + attribute(9, "server.address", "shop.example")
        + attribute(9, "server.port", 443)
        + attribute(9, "client.address", f"10.{numbers.randrange(256)}.{numbers.randrange(256)}.17")
        + attribute(9, "user_agent.original", "example-client/3.2 (linux; x86_64) transport/http2 runtime/21.0.4+7-lts")
        + attribute(9, "network.protocol.version", "2")
        + attribute(9, "enduser.id", f"user-{numbers.randrange(10**9):09d}")
        + field(15, field(3, 1))
    )


def record(numbers, number):
    at = START + number * 1_000_000
    body = f"request {numbers.randrange(10**8):08d} served in {numbers.randrange(900):03d} ms, 14 items, cache hit"
    return (
        fixed64(1, at)
        + field(2, 9)
        + field(3, "INFO")
        + field(5, field(1, body))
        + attribute(6, "log.file.name", "checkout.log")
        + attribute(6, "thread.id", numbers.randrange(1, 200))
        + attribute(6, "code.function.name", "OrderService.load")
        + field(9, non_zero(numbers, 16))
        + field(10, non_zero(numbers, 8))
        + fixed64(11, at + 1000)
    )


def metric(numbers, number, points):
    """A cumulative, monotonic sum of some points."""
    encoded = b"".join(
        field(
            1,
            fixed64(2, START)
            + fixed64(3, START + 10_000_000_000)
            + double(4, numbers.random() * 1e6)
            + attribute(7, "http.route", f"/api/v1/orders/{point}")
            + attribute(7, "http.request.method", "GET")
            + attribute(7, "http.response.status_code", 200),
        )
        for point in range(points)
    )
    return (
        field(1, f"http.server.requests.{number}")
        + field(3, "{request}")
        + field(7, encoded + field(2, 2) + field(3, 1))
    )


def requests():
    """The requests by signal, each with the number of its items."""
    numbers = random.Random(17)
    trace = non_zero(numbers, 16)
    return {
        "traces": (SPANS, wrapped([span(numbers, trace, n) for n in range(SPANS)], 2)),
        "logs": (RECORDS, wrapped([record(numbers, n) for n in range(RECORDS)], 2)),
        "metrics": (POINTS, wrapped([metric(numbers, n, 20) for n in range(POINTS // 20)], 2)),
    }


def write(folder):
    """Writes all files and returns, by signal, the items and bytes of a request."""
    folder.mkdir(parents=True, exist_ok=True)
    sizes = {}
    for signal, (items, body) in requests().items():
        (folder / f"{signal}.binpb").write_bytes(body)
        (folder / f"{signal}.grpc").write_bytes(struct.pack(">BI", 0, len(body)) + body)
        (folder / f"{signal}.binpb.gz").write_bytes(gzip.compress(body, 6, mtime=0))
        sizes[signal] = (items, len(body))
    return sizes


if __name__ == "__main__":
    for signal, (items, size) in write(pathlib.Path(sys.argv[1])).items():
        print(f"{signal}: {items} items, {size} bytes, {size / items:.0f} bytes an item")
