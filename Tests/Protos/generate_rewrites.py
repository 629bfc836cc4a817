"""Writes what edits make of the random requests in Tests/TelemetryTests/Fixtures, done on Python's objects.

usage: generate_rewrites.py [file]
needs: from PyPI opentelemetry-proto, protobuf

Each line of rewrites.expected names a program (of RewritePrograms in the tests) and a signal, and has the
SHA-256 of every edited request in the order of the fixtures.
"""

import base64
import hashlib
import json
import pathlib
import re
import struct
import sys

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

FIXTURES = pathlib.Path(__file__).resolve().parents[1] / "TelemetryTests" / "Fixtures"
SIGNALS = {
    "traces": (ExportTraceServiceRequest, "resource_spans", "scope_spans", "spans"),
    "metrics": (ExportMetricsServiceRequest, "resource_metrics", "scope_metrics", "metrics"),
    "logs": (ExportLogsServiceRequest, "resource_logs", "scope_logs", "log_records"),
}


def find(attributes, key):
    return next((a for a in attributes if a.key == key), None)


def put(attributes, key, value, mode="upsert"):
    known = find(attributes, key)
    if value is None or (known is None and mode == "update") or (known is not None and mode == "insert"):
        return
    target = known if known is not None else attributes.add(key=key)
    target.value.CopyFrom(value)


def copied(attributes, key, fallback=None):
    known = find(attributes, key)
    if known is None:
        return fallback
    value = AnyValue()
    value.CopyFrom(known.value)
    return value


def delete(attributes, matches):
    for index in reversed(range(len(attributes))):
        if matches(attributes[index].key):
            del attributes[index]


def number(value):
    if value != value or value in (float("inf"), float("-inf")):
        return "NaN" if value != value else "+Inf" if value > 0 else "-Inf"
    text = json.dumps(value)
    return text[:-2] if text.endswith(".0") else text


def as_json(value):
    kind = value.WhichOneof("value")
    if kind == "string_value":
        return json.dumps(value.string_value, ensure_ascii=False)
    if kind == "bytes_value":
        return json.dumps(base64.b64encode(value.bytes_value).decode())
    if kind == "array_value":
        return "[" + ",".join(as_json(v) for v in value.array_value.values) + "]"
    if kind == "kvlist_value":
        pairs = sorted(
            ((p.key.encode(), f"{json.dumps(p.key, ensure_ascii=False)}:{as_json(p.value)}")
             for p in value.kvlist_value.values), key=lambda pair: pair[0])
        return "{" + ",".join(text for _, text in pairs) + "}"
    if kind in (None, "string_value_strindex"):
        return "null"
    return as_text(value)


def as_text(value):
    kind = value.WhichOneof("value")
    if kind in (None, "string_value_strindex"):
        return ""
    if kind == "string_value":
        return value.string_value
    if kind == "bool_value":
        return "true" if value.bool_value else "false"
    if kind == "int_value":
        return str(value.int_value)
    if kind == "double_value":
        return number(value.double_value)
    if kind == "bytes_value":
        return base64.b64encode(value.bytes_value).decode()
    return as_json(value)


def digest(value):
    kind = value.WhichOneof("value")
    if kind == "bool_value":
        data = bytes([value.bool_value])
    elif kind == "int_value":
        data = struct.pack("<q", value.int_value)
    elif kind == "double_value":
        data = struct.pack("<d", value.double_value)
    elif kind == "bytes_value":
        return hashlib.sha256(value.bytes_value).hexdigest()
    else:
        data = as_text(value).encode()
    return hashlib.sha256(data).hexdigest() if data else ""


def convert(value, to):
    kind = value.WhichOneof("value")
    if kind == "string_value_strindex":
        return
    if to == "string":
        if kind != "string_value":
            value.string_value = as_text(value)
    elif kind == "bool_value" and to in ("int", "double"):
        setattr(value, f"{to}_value", int(value.bool_value))
    elif kind == "int_value" and to == "double":
        value.double_value = float(value.int_value)
    elif kind == "int_value" and to == "boolean":
        value.bool_value = value.int_value != 0
    elif kind == "double_value" and to == "boolean":
        value.bool_value = value.double_value != 0
    elif kind == "double_value" and to == "int":
        if abs(value.double_value) < 2**63:
            value.int_value = int(value.double_value)


def upsert_delete(place):
    put(place.attributes, "deployment.environment.name", AnyValue(string_value="prod"))
    delete(place.attributes, lambda key: key == "http.route")


def kinds(place):
    values = {
        "bool": AnyValue(bool_value=False), "int": AnyValue(int_value=-3), "double": AnyValue(double_value=0.5),
        "bytes": AnyValue(bytes_value=b"\0\xff"), "a": AnyValue(string_value="x" * 200),
    }
    values["array"] = AnyValue()
    values["array"].array_value.values.extend([AnyValue(int_value=1), AnyValue(string_value="")])
    values["map"] = AnyValue()
    values["map"].kvlist_value.values.add(key="k", value=AnyValue(bool_value=True))
    for key, value in values.items():
        put(place.attributes, key, value)


def chain(place):
    attributes = place.attributes
    put(attributes, "copy", copied(attributes, "a", AnyValue(string_value="none")))
    delete(attributes, lambda key: key == "a")
    put(attributes, "a", copied(attributes, "copy"), "insert")
    put(attributes, "copy", AnyValue(int_value=1), "update")
    put(attributes, "absent", AnyValue(int_value=1), "update")
    put(attributes, "db.system", AnyValue(string_value="other"), "insert")
    put(attributes, "thread.id", copied(attributes, "db.system"), "update")
    delete(attributes, lambda key: key == "copy")


def hashes(place):
    for attribute in place.attributes:
        if attribute.key == "a" or "." in attribute.key:
            attribute.value.CopyFrom(AnyValue(string_value=digest(attribute.value)))


def patterns(place):
    delete(place.attributes, lambda key: re.search("^(db|http)", key))
    known = find(place.attributes, "server.address")
    if known is not None and known.value.WhichOneof("value") == "string_value":
        match = re.search("^(?P<first>.)(?P<rest>.*)$", known.value.string_value)
        if match:
            put(place.attributes, "first", AnyValue(string_value=match["first"]))
            put(place.attributes, "rest", AnyValue(string_value=match["rest"]))


def conversions(to):
    def run(place):
        for key in ("a", "http.route", "thread.id", "server.address", "db.system", "1.2.3"):
            known = find(place.attributes, key)
            if known is not None:
                convert(known.value, to)
    return run


EDITS = {"upsert_delete": upsert_delete, "kinds": kinds, "chain": chain, "hashes": hashes, "patterns": patterns,
         **{f"to_{to}": conversions(to) for to in ("string", "int", "double", "boolean")}}


def items(request, groups, scopes, field):
    for group in getattr(request, groups):
        for scope in getattr(group, scopes):
            for item in getattr(scope, field):
                if field != "metrics":
                    yield item
                elif item.WhichOneof("data"):
                    yield from getattr(item, item.WhichOneof("data")).data_points


def run(level, edit, request, groups, scopes, field):
    if level == "resource":
        for group in getattr(request, groups):
            edit(group.resource)
    elif level == "scope":
        for group in getattr(request, groups):
            for scope in getattr(group, scopes):
                edit(scope.scope)
    else:
        for item in items(request, groups, scopes, field):
            edit(item)


def main():
    target = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else FIXTURES / "rewrites.expected"
    lines = []
    for signal, (kind, groups, scopes, field) in SIGNALS.items():
        data = (FIXTURES / f"{signal}.requests").read_bytes()
        requests = []
        while data:
            (size,) = struct.unpack("<I", data[:4])
            requests.append(data[4 : 4 + size])
            data = data[4 + size :]
        for name, edit in EDITS.items():
            for level in ("resource", "scope", "item"):
                digests = []
                for content in requests:
                    request = kind.FromString(content)
                    run(level, edit, request, groups, scopes, field)
                    written = request.SerializeToString(deterministic=True)
                    digests.append(hashlib.sha256(written).hexdigest()[:16])
                lines.append(f"{signal} {level} {name} {' '.join(digests)}")
    target.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
