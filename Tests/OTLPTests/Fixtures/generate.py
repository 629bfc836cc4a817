"""Writes requests.txt: random export requests as protobuf and as JSON by Google's own library.

Needs `pip install opentelemetry-proto protobuf`. Each case is four lines: the signal, the wire
bytes in base64, the JSON text as this project writes it, and the same request in JSON as others may
write it (white space, escapes, upper-case ids, 64-bit integers as numbers).
json_format does the mapping; here only ids become hex, and floats lose a fraction of zero.
"""

import base64
import json
import math
import pathlib
import random

from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2
from opentelemetry.proto.collector.profiles.v1development import profiles_service_pb2
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2

ROOTS = {
    "traces": trace_service_pb2.ExportTraceServiceRequest,
    "metrics": metrics_service_pb2.ExportMetricsServiceRequest,
    "logs": logs_service_pb2.ExportLogsServiceRequest,
    "profiles": profiles_service_pb2.ExportProfilesServiceRequest,
}
IDS = {"trace_id", "span_id", "parent_span_id", "profile_id"}
TEXTS = ["", "a", "service.name", "\u00e4\u20ac\U0001f426", "quote \" slash \\ / tab \t", "\x00\x1f\x7f",
         "a longer text of more than one hundred and twenty-seven bytes " * 3, "\u2028\ufffd"]
DOUBLES = [0.0, -0.0, 1.0, -1.5, 0.1, 1e-7, 5e-324, 1.7976931348623157e308, 2.0**53, 1e16, 1e22,
           123456.789, math.nan, math.inf, -math.inf]
PER_SIGNAL = 8


def integer(rng, bits, signed):
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    return rng.choice([low, high, 0, 1, high // 2, rng.randint(low, high), min(1000, high)])


def value(rng, field, depth):
    kind = field.type
    if kind in (field.TYPE_DOUBLE, field.TYPE_FLOAT):
        return rng.choice(DOUBLES + [rng.uniform(-1e6, 1e6), rng.random()])
    if kind == field.TYPE_STRING:
        return rng.choice(TEXTS)
    if kind == field.TYPE_BYTES:
        size = (16 if "trace" in field.name or "profile" in field.name else 8) \
            if field.name in IDS else rng.randint(0, 7)
        return rng.randbytes(size)
    if kind == field.TYPE_BOOL:
        return rng.random() < 0.5
    if kind == field.TYPE_ENUM:
        return rng.choice(field.enum_type.values).number
    signed = kind not in (field.TYPE_UINT32, field.TYPE_UINT64, field.TYPE_FIXED32,
                          field.TYPE_FIXED64)
    wide = kind in (field.TYPE_INT64, field.TYPE_UINT64, field.TYPE_SINT64, field.TYPE_FIXED64,
                    field.TYPE_SFIXED64)
    return integer(rng, 64 if wide else 32, signed)


def fill(rng, message, depth=0):
    for field in message.DESCRIPTOR.fields:
        if rng.random() < (0.15 if depth < 3 else 0.4 + 0.05 * depth):
            continue
        if field.type == field.TYPE_MESSAGE:
            if depth > 9:
                continue
            if field.is_repeated:
                for _ in range(rng.randint(1, 2)):
                    fill(rng, getattr(message, field.name).add(), depth + 1)
            else:
                child = getattr(message, field.name)
                child.SetInParent()
                fill(rng, child, depth + 1)
        elif field.is_repeated:
            getattr(message, field.name).extend(
                value(rng, field, depth) for _ in range(rng.randint(1, 3)))
        else:
            setattr(message, field.name, value(rng, field, depth))


def plain(tree, descriptor, loose):
    """The tree of json_format with ids in hex, and floats as this project writes them."""
    result = {}
    for key, node in tree.items():
        field = next(f for f in descriptor.fields if f.json_name == key)
        nodes = node if field.is_repeated else [node]
        if field.type == field.TYPE_MESSAGE:
            nodes = [plain(n, field.message_type, loose) for n in nodes]
        elif field.type == field.TYPE_BYTES and field.name in IDS:
            nodes = [base64.b64decode(n).hex() for n in nodes]
            nodes = [n.upper() for n in nodes] if loose else nodes
        elif field.type == field.TYPE_DOUBLE:
            nodes = [int(n) if is_whole(n) and not loose else n for n in nodes]
        elif loose and isinstance(nodes[0], str) and field.type not in (
                field.TYPE_STRING, field.TYPE_BYTES):
            nodes = [int(n) for n in nodes]
        result[key] = nodes if field.is_repeated else nodes[0]
    return result


def is_whole(number):
    """Whether a float is written without fraction and exponent; minus zero is not."""
    if not isinstance(number, float) or not number.is_integer() or abs(number) >= 2**53:
        return False
    return number != 0 or math.copysign(1, number) > 0


def main():
    rng = random.Random(4317)
    lines = []
    for signal, root in ROOTS.items():
        for _ in range(PER_SIGNAL):
            message = root()
            while not 40 < len(message.SerializeToString()) < 4000:
                message = root()
                fill(rng, message)
            tree = json_format.MessageToDict(message, use_integers_for_enums=True)
            text = json.dumps(plain(tree, root.DESCRIPTOR, False), ensure_ascii=False,
                              separators=(",", ":"))
            loose = json.dumps(plain(tree, root.DESCRIPTOR, True), separators=(" ,\t", " : "))
            wire = message.SerializeToString(deterministic=True)
            lines += [signal, base64.b64encode(wire).decode(), text, loose]
    path = pathlib.Path(__file__).with_name("requests.txt")
    path.write_text("\n".join(lines) + "\n", newline="\n")


main()
