"""A program with the OpenTelemetry SDK: sends a span for each line that it reads, until there are no more.

Arguments: grpc or http, the endpoint, and with "pid" the number that it sees itself as `process.pid`.
"""
import os
import sys

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

protocol, endpoint, *rest = sys.argv[1:]
if protocol == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    exporter = OTLPSpanExporter(endpoint=endpoint, insecure=True)
else:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    exporter = OTLPSpanExporter(endpoint=endpoint + "/v1/traces")
provider = TracerProvider(resource=Resource.create({"process.pid": os.getpid()} if "pid" in rest else {}))
provider.add_span_processor(SimpleSpanProcessor(exporter))
print("ready", flush=True)
for line in sys.stdin:
    with provider.get_tracer("sender").start_as_current_span(line.strip()):
        pass
    print("sent", flush=True)
