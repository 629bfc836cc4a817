"""Writes random export requests and what Python's protobuf reads in them, for Tests/TelemetryTests.

usage: generate_fixtures.py [folder]
needs: from PyPI opentelemetry-proto, protobuf

<signal>.requests holds requests, each behind its length in four bytes, low byte first.
<signal>.expected holds for each request its text as `RequestText` (in the tests) writes it, in the same
order, with a line of "=", a byte 1 and the number of items before each.
"""

import pathlib
import random
import struct
import sys

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest)
from opentelemetry.proto.collector.profiles.v1development.profiles_service_pb2 import (
    ExportProfilesServiceRequest)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

REQUESTS = 16
WORDS = ["", "a", "http.route", "gr\u00fc\u00df", "\u65e5\u672c\u8a9e", "\U0001f426 swiftlet", "x" * 130,
         "GET /api/v1/users", "server.address", "db.system", "thread.id", "1.2.3"]
random.seed(20)
rand = random.random


def word():
    return random.choice(WORDS)


def u64():
    return random.choice([0, 1, 127, 128, 1 << 32, (1 << 64) - 1, 1700000000000000000])


def i64():
    return random.choice([0, 1, -1, 300, -(1 << 63), (1 << 63) - 1])


def u32():
    return random.choice([0, 1, 128, (1 << 32) - 1])


def number():
    return random.choice([0.0, -0.0, 1.5, -2.25, 1e300, float("inf")])


def ident(count):
    return bytes([random.randrange(1, 256)]) + random.randbytes(count - 1)


def some(most):
    return range(random.randrange(most + 1))


def fill_value(value, depth=0):
    kind = random.randrange(9 if depth < 3 else 6)
    if kind == 0:
        value.string_value = word()
    elif kind == 1:
        value.bool_value = rand() < 0.5
    elif kind == 2:
        value.int_value = i64()
    elif kind == 3:
        value.double_value = number()
    elif kind == 4:
        value.bytes_value = random.randbytes(random.randrange(5))
    elif kind == 6:
        value.array_value.SetInParent()
        for _ in some(3):
            fill_value(value.array_value.values.add(), depth + 1)
    elif kind == 7:
        value.kvlist_value.SetInParent()
        fill_attributes(value.kvlist_value.values, 3, depth + 1)
    elif kind == 8:
        value.string_value_strindex = random.randrange(9)


def fill_attributes(attributes, most=4, depth=0):
    for _ in some(most):
        entry = attributes.add(key=word())
        if rand() < 0.9:
            fill_value(entry.value, depth)


def fill_exemplars(exemplars):
    for _ in some(2):
        exemplar = exemplars.add(time_unix_nano=u64())
        if rand() < 0.7:
            exemplar.trace_id, exemplar.span_id = ident(16), ident(8)
        fill_number(exemplar)
        fill_attributes(exemplar.filtered_attributes, 2)


def fill_number(point):
    choice = random.randrange(3)
    if choice == 0:
        point.as_int = i64()
    elif choice == 1:
        point.as_double = number()


def fill_span(span):
    span.trace_id, span.span_id, span.name = ident(16), ident(8), word()
    span.parent_span_id = ident(8) if rand() < 0.7 else b""
    span.trace_state, span.flags, span.kind = word(), u32(), random.randrange(6)
    span.start_time_unix_nano, span.end_time_unix_nano = u64(), u64()
    fill_attributes(span.attributes)
    span.dropped_attributes_count, span.dropped_events_count = u32(), u32()
    span.dropped_links_count = u32()
    for _ in some(2):
        event = span.events.add(time_unix_nano=u64(), name=word(), dropped_attributes_count=u32())
        fill_attributes(event.attributes, 2)
    for _ in some(2):
        link = span.links.add(trace_id=ident(16), span_id=ident(8), trace_state=word(), flags=u32())
        fill_attributes(link.attributes, 2)
    if rand() < 0.6:
        span.status.code, span.status.message = random.randrange(3), word()


def fill_log(record):
    record.time_unix_nano, record.observed_time_unix_nano = u64(), u64()
    record.severity_number, record.severity_text = random.randrange(25), word()
    if rand() < 0.9:
        fill_value(record.body)
    fill_attributes(record.attributes)
    record.dropped_attributes_count, record.flags, record.event_name = u32(), u32(), word()
    if rand() < 0.5:
        record.trace_id, record.span_id = ident(16), ident(8)


def fill_bounds(point):
    bounds = random.randrange(4)
    if rand() < 0.8:
        point.explicit_bounds.extend(number() for _ in range(bounds))
        point.bucket_counts.extend(u64() for _ in range(bounds + 1))


def fill_point(point, kind):
    point.start_time_unix_nano, point.time_unix_nano, point.flags = u64(), u64(), u32()
    fill_attributes(point.attributes, 3)
    if kind in ("gauge", "sum"):
        fill_number(point)
        fill_exemplars(point.exemplars)
        return
    point.count = u64()
    if kind == "summary":
        point.sum = number()
        for _ in some(3):
            point.quantile_values.add(quantile=rand(), value=number())
        return
    fill_exemplars(point.exemplars)
    for name in ("sum", "min", "max"):
        if rand() < 0.6:
            setattr(point, name, number())
    if kind == "histogram":
        fill_bounds(point)
        return
    point.scale, point.zero_count, point.zero_threshold = random.randrange(-9, 9), u64(), number()
    for buckets in (point.positive, point.negative):
        if rand() < 0.7:
            buckets.offset = random.randrange(-300, 300)
            buckets.bucket_counts.extend(u64() for _ in some(4))


KINDS = ["gauge", "sum", "histogram", "exponential_histogram", "summary"]


def fill_metric(metric):
    metric.name, metric.description, metric.unit = word(), word(), word()
    fill_attributes(metric.metadata, 2)
    if rand() < 0.1:
        return
    kind = random.choice(KINDS)
    data = getattr(metric, kind)
    data.SetInParent()
    if kind in ("sum", "histogram", "exponential_histogram"):
        data.aggregation_temporality = random.randrange(3)
    if kind == "sum":
        data.is_monotonic = rand() < 0.5
    for _ in some(5):
        fill_point(data.data_points.add(), kind)


def fill_profile(profile):
    profile.time_unix_nano, profile.duration_nano, profile.period = u64(), u64(), i64()
    profile.profile_id = ident(16)
    profile.original_payload_format, profile.original_payload = word(), random.randbytes(3)
    profile.dropped_attributes_count = u32()
    profile.attribute_indices.extend(random.randrange(300) for _ in some(3))
    if rand() < 0.8:
        profile.sample_type.type_strindex, profile.sample_type.unit_strindex = 1, 200
    for _ in some(4):
        sample = profile.samples.add(stack_index=random.randrange(200), link_index=3)
        sample.values.extend(i64() for _ in some(3))
        sample.timestamps_unix_nano.extend(u64() for _ in some(3))
        sample.attribute_indices.extend(random.randrange(300) for _ in some(3))


def fill_dictionary(tables):
    tables.string_table.extend([""] + [word() for _ in some(4)])
    for _ in some(2):
        tables.mapping_table.add(memory_start=u64(), memory_limit=u64(), filename_strindex=1)
        tables.function_table.add(name_strindex=1, start_line=i64())
        tables.link_table.add(trace_id=ident(16), span_id=ident(8))
        tables.stack_table.add(location_indices=[1, 2, 300])
        location = tables.location_table.add(mapping_index=1, address=u64())
        location.lines.add(function_index=1, line=i64(), column=7)
        fill_value(tables.attribute_table.add(key_strindex=1, unit_strindex=2).value)


def fill(request, groups, scopes, items, fill_item):
    for _ in range(random.randrange(0, 4)):
        group = getattr(request, groups).add(schema_url=word())
        if rand() < 0.9:
            fill_attributes(group.resource.attributes)
            group.resource.dropped_attributes_count = u32()
        for _ in range(random.randrange(0, 4)):
            scope = getattr(group, scopes).add(schema_url=word())
            if rand() < 0.9:
                scope.scope.name, scope.scope.version = word(), word()
                scope.scope.dropped_attributes_count = u32()
                fill_attributes(scope.scope.attributes, 2)
            for _ in some(4):
                fill_item(getattr(scope, items).add())


# What follows writes what a decoded request holds, as the tests' RequestText does.

def bits(value):
    return "%016x" % struct.unpack("<Q", struct.pack("<d", value))[0]


def value_text(value):
    kind = value.WhichOneof("value")
    if kind is None:
        return "nil"
    inner = getattr(value, kind)
    if kind == "string_value":
        return '"' + inner + '"'
    if kind == "bool_value":
        return "true" if inner else "false"
    if kind == "int_value":
        return str(inner)
    if kind == "double_value":
        return "d" + bits(inner)
    if kind == "bytes_value":
        return "x" + inner.hex()
    if kind == "array_value":
        return "[" + ",".join(map(value_text, inner.values)) + "]"
    if kind == "kvlist_value":
        return attributes_text(inner.values)
    return "#" + str(inner)


def attributes_text(attributes):
    return "{" + ",".join(
        entry.key + "=" + (value_text(entry.value) if entry.HasField("value") else "none")
        for entry in attributes) + "}"


def numeric_text(point):
    kind = point.WhichOneof("value")
    return {None: "none", "as_int": "%d" % point.as_int,
            "as_double": "d" + bits(point.as_double)}[kind]


def line(name, *parts):
    return name + "".join("|" + str(part) for part in parts)


def span_lines(s):
    status = f"{s.status.code},{s.status.message}" if s.HasField("status") else "none"
    yield line("span", s.trace_id.hex(), s.span_id.hex(), s.trace_state, s.parent_span_id.hex(),
               s.flags, s.name, s.kind, s.start_time_unix_nano, s.end_time_unix_nano,
               attributes_text(s.attributes), s.dropped_attributes_count,
               s.dropped_events_count, s.dropped_links_count, status)
    for e in s.events:
        yield line("event", e.time_unix_nano, e.name, attributes_text(e.attributes),
                   e.dropped_attributes_count)
    for k in s.links:
        yield line("link", k.trace_id.hex(), k.span_id.hex(), k.trace_state, k.flags,
                   attributes_text(k.attributes), k.dropped_attributes_count)


def log_lines(r):
    yield line("log", r.time_unix_nano, r.observed_time_unix_nano, r.severity_number,
               r.severity_text, value_text(r.body) if r.HasField("body") else "none",
               attributes_text(r.attributes), r.dropped_attributes_count, r.flags,
               r.trace_id.hex(), r.span_id.hex(), r.event_name)


def optional(point, name):
    return bits(getattr(point, name)) if point.HasField(name) else "none"


def buckets_text(point, name):
    if not point.HasField(name):
        return "none"
    b = getattr(point, name)
    return f"{b.offset}:" + ",".join(map(str, b.bucket_counts))


def point_lines(p, kind):
    start = (p.start_time_unix_nano, p.time_unix_nano, p.flags, attributes_text(p.attributes))
    if kind in ("gauge", "sum"):
        yield line("number", *start, numeric_text(p))
    elif kind == "histogram":
        yield line("histogram", *start, p.count, optional(p, "sum"), optional(p, "min"),
                   optional(p, "max"), ",".join(map(str, p.bucket_counts)),
                   ",".join(map(bits, p.explicit_bounds)))
    elif kind == "exponential_histogram":
        yield line("exponential", *start, p.count, optional(p, "sum"), optional(p, "min"),
                   optional(p, "max"), p.scale, p.zero_count, bits(p.zero_threshold),
                   buckets_text(p, "positive"), buckets_text(p, "negative"))
    else:
        yield line("summary", *start, p.count, bits(p.sum), ",".join(
            bits(q.quantile) + "=" + bits(q.value) for q in p.quantile_values))
        return
    for e in p.exemplars:
        yield line("exemplar", e.time_unix_nano, e.trace_id.hex(), e.span_id.hex(),
                   numeric_text(e), attributes_text(e.filtered_attributes))


def metric_lines(m):
    kind = m.WhichOneof("data")
    data = getattr(m, kind) if kind else None
    yield line("metric", m.name, m.description, m.unit, attributes_text(m.metadata),
               {None: 0, "gauge": 5, "sum": 7, "histogram": 9, "exponential_histogram": 10,
                "summary": 11}[kind],
               getattr(data, "aggregation_temporality", 0),
               "true" if getattr(data, "is_monotonic", False) else "false")
    for p in data.data_points if kind else []:
        yield from point_lines(p, kind)


def joined(numbers):
    return ",".join(map(str, numbers))


def profile_lines(p):
    yield line("profile", p.time_unix_nano, p.duration_nano, p.period, p.profile_id.hex(),
               p.dropped_attributes_count)
    for s in p.samples:
        yield line("sample", s.stack_index, s.link_index, joined(s.values),
                   joined(s.attribute_indices))


def dictionary_lines(d):
    yield line("strings", *d.string_table)
    for m in d.mapping_table:
        yield line("mapping", m.memory_start, m.memory_limit, m.file_offset, m.filename_strindex)
    for k in d.location_table:
        yield line("location", k.mapping_index, k.address, joined(
            f"{n.function_index}:{n.line}:{n.column}" for n in k.lines))
    for f in d.function_table:
        yield line("function", f.name_strindex, f.start_line)
    for k in d.link_table:
        yield line("link", k.trace_id.hex(), k.span_id.hex())
    for a in d.attribute_table:
        yield line("attribute", a.key_strindex, value_text(a.value), a.unit_strindex)


def request_lines(request, groups, scopes, items, item_lines):
    for g in getattr(request, groups):
        resource = (f"{attributes_text(g.resource.attributes)}"
                    f"{g.resource.dropped_attributes_count}" if g.HasField("resource") else "none")
        yield line("resource", g.schema_url, resource)
        for s in getattr(g, scopes):
            scope = (f"{s.scope.name},{s.scope.version},{attributes_text(s.scope.attributes)}"
                     f"{s.scope.dropped_attributes_count}" if s.HasField("scope") else "none")
            yield line("scope", s.schema_url, scope)
            for item in getattr(s, items):
                yield from item_lines(item)
    if groups == "resource_profiles" and request.HasField("dictionary"):
        yield from dictionary_lines(request.dictionary)


SIGNALS = {
    "traces": (ExportTraceServiceRequest, "resource_spans", "scope_spans", "spans", fill_span,
               span_lines, ("span|",)),
    "metrics": (ExportMetricsServiceRequest, "resource_metrics", "scope_metrics", "metrics",
                fill_metric, metric_lines, ("number|", "histogram|", "exponential|", "summary|")),
    "logs": (ExportLogsServiceRequest, "resource_logs", "scope_logs", "log_records", fill_log,
             log_lines, ("log|",)),
    "profiles": (ExportProfilesServiceRequest, "resource_profiles", "scope_profiles", "profiles",
                 fill_profile, profile_lines, ("sample|",)),
}


def main():
    root = pathlib.Path(__file__).resolve().parents[1] / "TelemetryTests" / "Fixtures"
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else root
    for signal, (kind, groups, scopes, items, fill_item, lines, counted) in SIGNALS.items():
        requests, expected = b"", []
        for _ in range(REQUESTS):
            request = kind()
            fill(request, groups, scopes, items, fill_item)
            if signal == "profiles":
                fill_dictionary(request.dictionary)
            data = request.SerializeToString(deterministic=True)
            decoded = kind.FromString(data)
            text = list(request_lines(decoded, groups, scopes, items, lines))
            requests += struct.pack("<I", len(data)) + data
            expected.append(f"=\x01{sum(row.startswith(counted) for row in text)}")
            expected += text
        (folder / f"{signal}.requests").write_bytes(requests)
        (folder / f"{signal}.expected").write_text("\n".join(expected) + "\n", encoding="utf-8")


main()
