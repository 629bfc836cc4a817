"""Sending requests as they are, over gRPC and over HTTP."""
import grpc
import requests
from google.rpc import error_details_pb2, status_pb2

from payloads import SIGNALS

PROTOBUF, JSON = "application/x-protobuf", "application/json"


class GRPCClient:
    """One channel; requests go out as the bytes given."""

    def __init__(self, target, compression=None):
        self.channel = grpc.insecure_channel(
            target,
            compression=compression,
            options=[
                ("grpc.max_send_message_length", -1),
                ("grpc.use_local_subchannel_pool", 1),
                ("grpc.enable_retries", 0),
            ],
        )

    def call(self, method, body, timeout=10, **options):
        """Calls a method; returns the response bytes or raises grpc.RpcError."""
        return self.channel.unary_unary(method)(body, timeout=timeout, **options)

    def export(self, message, signal="traces", **options):
        """Sends a request and returns the response."""
        facts = SIGNALS[signal]
        return facts.response.FromString(self.call(facts.method, message.SerializeToString(), **options))

    def future(self, message, signal="traces", timeout=10):
        facts = SIGNALS[signal]
        return self.channel.unary_unary(facts.method).future(message.SerializeToString(), timeout=timeout)

    def failure(self, method, body, **options):
        """The error of a call that must fail."""
        try:
            self.call(method, body, **options)
        except grpc.RpcError as error:
            return error
        raise AssertionError("the call succeeded")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.channel.close()


def rich_status(error):
    """The google.rpc.Status of a gRPC error, or None."""
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            return status_pb2.Status.FromString(value)
    return None


def details(status, kind):
    """The details of that class in a google.rpc.Status."""
    found = []
    for detail in status.details if status else ():
        if detail.Is(kind.DESCRIPTOR):
            found.append(kind.FromString(detail.value))
    return found


def retry_delay(error):
    """The seconds that a gRPC error's RetryInfo asks for, or None."""
    infos = details(rich_status(error), error_details_pb2.RetryInfo)
    return infos[0].retry_delay.ToNanoseconds() / 1e9 if infos else None


def post(collector, body, signal="traces", content_type=PROTOBUF, path=None, **fields):
    """POSTs a body; the response is that of requests."""
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    if content_type:
        headers["Content-Type"] = content_type
    url = collector.http + (path or SIGNALS[signal].path)
    return requests.post(url, data=body, headers=headers, timeout=10)


def post_json(collector, content, signal="traces", **fields):
    """POSTs a dictionary as OTLP/JSON."""
    import json

    return post(collector, json.dumps(content).encode(), signal, JSON, **fields)


def http_status(response):
    """The google.rpc.Status of an HTTP error, which must stand in the request's own encoding."""
    kind = response.headers.get("Content-Type", "").split(";")[0]
    if kind == JSON:
        content = response.json()
        assert set(content) <= {"code", "message", "details"}, content
        return status_pb2.Status(code=content.get("code", 0), message=content.get("message", ""))
    assert kind == PROTOBUF, f"content type {kind!r} of {response.text!r}"
    return status_pb2.Status.FromString(response.content)
