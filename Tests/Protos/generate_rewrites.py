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


def copied_text(attributes, key, fallback):
    value = copied(attributes, key, AnyValue(string_value=fallback))
    return value.string_value if value.WhichOneof("value") == "string_value" else None


def edit_span(span):
    name = copied_text(span.attributes, "a", "absent")
    if name is not None:
        span.name = name
    span.kind = 3
    span.status.code = 2
    span.status.message = "went wrong"
    span.trace_state = ""
    put(span.attributes, "kind", AnyValue(int_value=3))


def edit_event(event):
    upsert_delete(event)
    event.name = "renamed"
    event.time_unix_nano = 1


def edit_record(record):
    record.severity_number = 17
    record.severity_text = "ERROR"
    body = copied(record.attributes, "a", AnyValue(string_value="nothing"))
    record.body.CopyFrom(body)
    delete(record.attributes, lambda key: key == "a")


def edit_metric(metric):
    metric.name = "renamed"
    metric.description = ""
    metric.unit = "s"


def edit_scope(scope):
    scope.name = "lib"
    scope.version = ""


def has_a(place):
    return find(place.attributes, "a") is not None


def early(place):
    return bool(re.search("^[a-m]", place.name))


def drop(members, wanted):
    """Takes out what is wanted; whether that leaves nothing of something."""
    before = len(members)
    for index in reversed(range(before)):
        if wanted(members[index]):
            del members[index]
    return before > 0 and not members


def drop_points(metric, wanted):
    data = metric.WhichOneof("data")
    return data is not None and drop(getattr(metric, data).data_points, wanted)


class Whole:
    """Edits of whole requests, with what is emptied by them taken out."""

    NAMES = ["drop_items", "drop_scopes", "drop_resources", "scope_fields", "together"]

    def __init__(self, request, groups, scopes, field):
        self.groups, self.scopes, self.field = getattr(request, groups), scopes, field

    def every_scope(self):
        return [scope for group in self.groups for scope in getattr(group, self.scopes)]

    def every_member(self):
        return [member for scope in self.every_scope() for member in getattr(scope, self.field)]

    def drop_members(self, wanted):
        drop(
            self.groups,
            lambda group: drop(
                getattr(group, self.scopes), lambda scope: drop(getattr(scope, self.field), wanted)))

    def drop_items(self):
        self.drop_members((lambda m: drop_points(m, has_a)) if self.field == "metrics" else has_a)

    def drop_scopes(self):
        drop(self.groups, lambda group: drop(getattr(group, self.scopes), lambda s: early(s.scope)))

    def drop_resources(self):
        drop(self.groups, lambda group: has_a(group.resource))

    def scope_fields(self):
        for scope in self.every_scope():
            edit_scope(scope.scope)


class WholeTraces(Whole):
    NAMES = Whole.NAMES + ["span_fields", "event_edits", "event_drops"]

    def span_fields(self):
        for span in self.every_member():
            edit_span(span)

    def event_edits(self):
        for span in self.every_member():
            for event in span.events:
                edit_event(event)

    def event_drops(self):
        for span in self.every_member():
            drop(span.events, has_a)

    def together(self):
        self.drop_members(lambda span: span.kind in (0, 2))
        for span in self.every_member():
            edit_span(span)
            drop(span.events, has_a)
            for event in span.events:
                edit_event(event)
        for group in self.groups:
            put(group.resource.attributes, "seen", AnyValue(bool_value=True))


class WholeMetrics(Whole):
    NAMES = Whole.NAMES + ["metric_fields", "metric_drops"]

    def metric_fields(self):
        for metric in self.every_member():
            edit_metric(metric)

    def metric_drops(self):
        self.drop_members(early)

    def together(self):
        self.drop_members(lambda m: early(m) or drop_points(m, has_a))
        for metric in self.every_member():
            edit_metric(metric)
            if metric.WhichOneof("data"):
                for point in getattr(metric, metric.WhichOneof("data")).data_points:
                    upsert_delete(point)


class WholeLogs(Whole):
    NAMES = Whole.NAMES + ["record_fields"]

    def record_fields(self):
        for record in self.every_member():
            edit_record(record)

    def together(self):
        self.drop_members(lambda record: record.severity_number >= 9)
        self.record_fields()


WHOLES = {"traces": WholeTraces, "metrics": WholeMetrics, "logs": WholeLogs}


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
        made = WHOLES[signal]
        for name in made.NAMES:
            digests = []
            for content in requests:
                request = kind.FromString(content)
                getattr(made(request, groups, scopes, field), name)()
                written = request.SerializeToString(deterministic=True)
                digests.append(hashlib.sha256(written).hexdigest()[:16])
            lines.append(f"{signal} whole {name} {' '.join(digests)}")
    target.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
