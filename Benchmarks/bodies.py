"""Makes the export requests that the benchmark sends, with nothing but the standard library.

Numbers come from a seeded generator: a request is the same at each run. A file is made when it is first asked for.
"""

import ctypes
import ctypes.util
import gzip
import pathlib
import random
import struct

START = 1_700_000_000_000_000_000

# What an item has where a scenario says nothing else.
ATTRIBUTES = {"traces": 10, "logs": 3, "metrics": 3}


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


def attributes(number, known, count):
    """So many attributes: of those that are known the first, then some that are made up."""
    more = [(f"bench.attribute.{n:03d}", f"value {n * 7919:08d} of a made-up attribute") for n in range(count - len(known))]
    return b"".join(attribute(number, key, value) for key, value in (known + more)[:count])


def span(numbers, trace, number, count):
    started = START + number * 1_000_000
    known = [
        ("http.request.method", "GET"),
        ("http.route", "/api/v1/orders/{id}/items"),
        ("http.response.status_code", 200),
        ("url.full", f"https://shop.example/api/v1/orders/{numbers.randrange(10**8):08d}/items"),
        ("server.address", "shop.example"),
        ("server.port", 443),
        ("client.address", f"10.{numbers.randrange(256)}.{numbers.randrange(256)}.17"),
        ("user_agent.original", "example-client/3.2 (linux; x86_64) transport/http2 runtime/21.0.4+7-lts"),
        ("network.protocol.version", "2"),
        ("enduser.id", f"user-{numbers.randrange(10**9):09d}"),
    ]
    return (
        field(1, trace)
        + field(2, non_zero(numbers, 8))
        + field(4, non_zero(numbers, 8))
        + field(5, "GET /api/v1/orders/{id}/items")
        + field(6, 2)
        + fixed64(7, started)
        + fixed64(8, started + numbers.randrange(50_000_000))
        + attributes(9, known, count)
        + field(15, field(3, 1))
    )


def record(numbers, number, count):
    at = START + number * 1_000_000
    body = f"request {numbers.randrange(10**8):08d} served in {numbers.randrange(900):03d} ms, 14 items, cache hit"
    known = [
        ("log.file.name", "checkout.log"),
        ("thread.id", numbers.randrange(1, 200)),
        ("code.function.name", "OrderService.load"),
    ]
    return (
        fixed64(1, at)
        + field(2, 9)
        + field(3, "INFO")
        + field(5, field(1, body))
        + attributes(6, known, count)
        + field(9, non_zero(numbers, 16))
        + field(10, non_zero(numbers, 8))
        + fixed64(11, at + 1000)
    )


def metric(numbers, number, points, count):
    """A cumulative, monotonic sum of some points."""
    encoded = b"".join(
        field(
            1,
            fixed64(2, START)
            + fixed64(3, START + 10_000_000_000)
            + double(4, numbers.random() * 1e6)
            + attributes(
                7,
                [
                    ("http.route", f"/api/v1/orders/{point}"),
                    ("http.request.method", "GET"),
                    ("http.response.status_code", 200),
                ],
                count,
            ),
        )
        for point in range(points)
    )
    return field(1, f"http.server.requests.{number}") + field(3, "{request}") + field(7, encoded + field(2, 2) + field(3, 1))


def request(signal, items, count=None):
    """The body of an export request of so many items with so many attributes each."""
    numbers = random.Random(17)
    count = ATTRIBUTES[signal] if count is None else count
    if signal == "traces":
        trace = non_zero(numbers, 16)
        return wrapped([span(numbers, trace, n, count) for n in range(items)], 2)
    if signal == "logs":
        return wrapped([record(numbers, n, count) for n in range(items)], 2)
    points = min(items, 20)
    return wrapped([metric(numbers, n, points, count) for n in range(items // points)], 2)


def series(requests, points):
    """Requests of so many points each, of which no two have the same series."""
    numbers = random.Random(17)
    each = 1000
    return [
        wrapped([metric(numbers, n // each, each, 3) for n in range(start, start + points, each)], 2)
        for start in range(0, requests * points, points)
    ]


def zstd(body, level=3):
    """One zstd frame, made by the system's library: Python has none of its own."""
    library = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
    library.ZSTD_compressBound.restype = library.ZSTD_compress.restype = ctypes.c_size_t
    room = library.ZSTD_compressBound(ctypes.c_size_t(len(body)))
    out = ctypes.create_string_buffer(room)
    size = library.ZSTD_compress(out, ctypes.c_size_t(room), body, ctypes.c_size_t(len(body)), level)
    return out.raw[:size]


CODINGS = {"": lambda body: body, "gzip": lambda body: gzip.compress(body, 6, mtime=0), "zstd": zstd}


def file(folder, signal, items, count=None, protocol="grpc", coding=""):
    """The path of the request's file for a protocol (grpc or http) and a coding."""
    count = ATTRIBUTES[signal] if count is None else count
    path = pathlib.Path(folder) / f"{signal}-{items}-{count}.{protocol}{'.' + coding if coding else ''}"
    if not path.exists():
        body = CODINGS[coding](request(signal, items, count))
        path.write_bytes((struct.pack(">BI", bool(coding), len(body)) if protocol == "grpc" else b"") + body)
    return path
