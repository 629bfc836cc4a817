"""Holds the descriptors of Protos/ against the published ones.

usage: check_descriptors.py [path of Protos]
needs: protoc; from PyPI opentelemetry-proto, googleapis-common-protos, protobuf
"""

import importlib
import pathlib
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2

PUBLISHED = {
    "opentelemetry/proto/common/v1/common.proto": "opentelemetry.proto.common.v1.common_pb2",
    "opentelemetry/proto/resource/v1/resource.proto": "opentelemetry.proto.resource.v1.resource_pb2",
    "opentelemetry/proto/trace/v1/trace.proto": "opentelemetry.proto.trace.v1.trace_pb2",
    "opentelemetry/proto/metrics/v1/metrics.proto": "opentelemetry.proto.metrics.v1.metrics_pb2",
    "opentelemetry/proto/logs/v1/logs.proto": "opentelemetry.proto.logs.v1.logs_pb2",
    "opentelemetry/proto/profiles/v1development/profiles.proto":
        "opentelemetry.proto.profiles.v1development.profiles_pb2",
    "opentelemetry/proto/collector/trace/v1/trace_service.proto":
        "opentelemetry.proto.collector.trace.v1.trace_service_pb2",
    "opentelemetry/proto/collector/metrics/v1/metrics_service.proto":
        "opentelemetry.proto.collector.metrics.v1.metrics_service_pb2",
    "opentelemetry/proto/collector/logs/v1/logs_service.proto":
        "opentelemetry.proto.collector.logs.v1.logs_service_pb2",
    "opentelemetry/proto/collector/profiles/v1development/profiles_service.proto":
        "opentelemetry.proto.collector.profiles.v1development.profiles_service_pb2",
    "google/protobuf/any.proto": "google.protobuf.any_pb2",
    "google/protobuf/duration.proto": "google.protobuf.duration_pb2",
    "google/rpc/status.proto": "google.rpc.status_pb2",
    "google/rpc/error_details.proto": "google.rpc.error_details_pb2",
}

# Only these messages of error_details are spoken here.
SUBSET = {"google/rpc/error_details.proto"}


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def fields(message):
    """Number -> everything about a field that the wire and JSON show, and its oneof's name."""
    table = {}
    for field in message.field:
        oneof = message.oneof_decl[field.oneof_index].name if field.HasField("oneof_index") else ""
        table[field.number] = (
            field.name, field.json_name or camel(field.name), field.type, field.type_name,
            field.label, oneof)
    return table


def enums(scope, declared):
    return {scope + "." + enum.name: {value.number: value.name for value in enum.value}
            for enum in declared}


def walk(file):
    """Every message's fields, every enum's values and every service's methods, by full name."""
    messages, values = {}, enums(file.package, file.enum_type)

    def visit(scope, message):
        name = scope + "." + message.name
        messages[name] = fields(message)
        values.update(enums(name, message.enum_type))
        for nested in message.nested_type:
            visit(name, nested)

    for message in file.message_type:
        visit(file.package, message)
    services = {service.name: {(m.name, m.input_type, m.output_type) for m in service.method}
                for service in file.service}
    return messages, values, services


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else
                        pathlib.Path(__file__).resolve().parents[2] / "Protos")
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "set"
        subprocess.run(["protoc", f"--proto_path={root}", "-o", str(out), *PUBLISHED], check=True)
        ours = descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes())
    files = {str(path.relative_to(root)) for path in root.rglob("*.proto")}
    problems = [f"{name}: not checked" for name in sorted(files ^ set(PUBLISHED))]
    count = 0
    for file in ours.file:
        theirs = descriptor_pb2.FileDescriptorProto()
        importlib.import_module(PUBLISHED[file.name]).DESCRIPTOR.CopyToProto(theirs)
        if file.package != theirs.package:
            problems.append(f"{file.name}: package {file.package}, published {theirs.package}")
        for mine, published in zip(walk(file), walk(theirs)):
            names = set(mine) if file.name in SUBSET else set(mine) | set(published)
            for name in sorted(names):
                count += 1
                if mine.get(name) != published.get(name):
                    problems.append(
                        f"{name}:\n  ours      {mine.get(name)}\n  published {published.get(name)}")
    print("\n".join(problems) or f"{count} messages, enums and services are as published")
    return 1 if problems else 0


sys.exit(main())
