"""A scriptable OTLP backend inside the test's process: gRPC and HTTP, on two ports."""
import gzip
import threading
import time
from concurrent import futures
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import grpc
from google.protobuf import any_pb2, duration_pb2, json_format
from google.rpc import error_details_pb2, status_pb2

from collector import free_port, wait_until
from payloads import SIGNALS


class Received:
    """One request as it came."""

    def __init__(self, signal, transport, fields, body, message):
        self.signal, self.transport, self.fields = signal, transport, fields
        self.body, self.message, self.at = body, message, time.monotonic()


class Refusal:
    """What to answer instead of success: a gRPC code, or an HTTP status, with a delay to ask for."""

    def __init__(self, code, delay=None):
        self.code, self.delay = code, delay


class Backend:
    """Records every request; refuses as scripted. What it refuses is recorded in `refused` instead."""

    def __init__(self):
        self.grpc_port, self.http_port = free_port(), free_port()
        self.lock = threading.Lock()
        self.received, self.refused, self.script = [], [], []
        self.hold = None
        self.running = False

    # The life.

    def start(self):
        handlers = {
            signal.method: grpc.unary_unary_rpc_method_handler(
                lambda body, context, signal=signal: self._grpc(signal, body, context)
            )
            for signal in SIGNALS.values()
        }
        generic = tuple(
            grpc.method_handlers_generic_handler(signal.service, {"Export": handlers[signal.method]})
            for signal in SIGNALS.values()
        )
        self.grpc_server = grpc.server(
            futures.ThreadPoolExecutor(8),
            handlers=generic,
            options=[("grpc.max_receive_message_length", -1), ("grpc.so_reuseport", 0)],
        )
        assert self.grpc_server.add_insecure_port(f"127.0.0.1:{self.grpc_port}") == self.grpc_port
        self.grpc_server.start()
        backend = self
        self.http_connections = set()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self):
                super().setup()
                backend.http_connections.add(self.connection)

            def finish(self):
                backend.http_connections.discard(self.connection)
                super().finish()

            def do_POST(self):
                backend._http(self)

            def log_message(self, *_):
                pass

        ThreadingHTTPServer.allow_reuse_address = True
        ThreadingHTTPServer.daemon_threads = True
        self.http_server = ThreadingHTTPServer(("127.0.0.1", self.http_port), Handler)
        threading.Thread(target=self.http_server.serve_forever, args=(0.02,), daemon=True).start()
        self.running = True
        return self

    def stop(self):
        """Closes the ports and every connection; `start` opens the same ports again."""
        if not self.running:
            return
        self.running = False
        self.grpc_server.stop(0).wait()
        self.http_server.shutdown()
        self.http_server.server_close()
        for connection in list(self.http_connections):
            try:
                connection.shutdown(2)
            except OSError:
                pass

    # The script.

    def refuse(self, times, code, delay=None):
        """Refuses the next requests: a gRPC status code on gRPC, an HTTP status (a number) on HTTP."""
        with self.lock:
            self.script += [Refusal(code, delay)] * times

    def _next(self, request):
        hold = self.hold
        if hold:
            hold.wait(30)
        with self.lock:
            refusal = self.script.pop(0) if self.script else None
            (self.refused if refusal else self.received).append(request)
            return refusal

    # The requests.

    def _grpc(self, signal, body, context):
        fields = {key: value for key, value in context.invocation_metadata()}
        refusal = self._next(Received(signal.name, "grpc", fields, body, signal.request.FromString(body)))
        if not refusal:
            return signal.response().SerializeToString()
        if refusal.delay is not None:
            status = status_pb2.Status(code=refusal.code.value[0], message="not now")
            detail = any_pb2.Any()
            detail.Pack(error_details_pb2.RetryInfo(retry_delay=duration(refusal.delay)))
            status.details.append(detail)
            context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        context.abort(refusal.code, "not now")

    def _http(self, handler):
        body = read_body(handler)
        signal = next((each for each in SIGNALS.values() if each.path == handler.path), None)
        if not signal:
            return answer(handler, 404, b"")
        fields = {key.lower(): value for key, value in handler.headers.items()}
        if fields.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        if fields.get("content-type") == "application/json":
            message, content = json_format.Parse(hex_to_base64(body), signal.request()), b"{}"
        else:
            message, content = signal.request.FromString(body), b""
        refusal = self._next(Received(signal.name, "http", fields, body, message))
        if not refusal:
            return answer(handler, 200, content, {"Content-Type": fields.get("content-type", "")})
        wait = {} if refusal.delay is None else {"Retry-After": str(refusal.delay)}
        answer(handler, refusal.code, b"", wait)

    # What came.

    def items(self, signal="traces"):
        """All items of the signal so far."""
        with self.lock:
            requests = [each for each in self.received if each.signal == signal]
        return [item for each in requests for item in SIGNALS[signal].items(each.message)]

    def requests(self, signal="traces"):
        with self.lock:
            return [each for each in self.received if each.signal == signal]

    def span_ids(self):
        return [span.span_id.hex() for span in self.items("traces")]

    def wait_items(self, count, signal="traces", seconds=10.0):
        """The items once at least that many have come."""
        wait_until(
            lambda: len(self.items(signal)) >= count,
            f"{count} items of {signal} at the backend (has {len(self.items(signal))})",
            seconds,
        )
        return self.items(signal)


def duration(seconds):
    value = duration_pb2.Duration()
    value.FromNanoseconds(int(seconds * 1e9))
    return value


def read_body(handler):
    if handler.headers.get("Transfer-Encoding", "").lower() == "chunked":
        body = b""
        while size := int(handler.rfile.readline(), 16):
            body += handler.rfile.read(size)
            handler.rfile.readline()
        handler.rfile.readline()
        return body
    return handler.rfile.read(int(handler.headers.get("Content-Length", 0)))


def answer(handler, status, body, fields=None):
    handler.send_response(status)
    for name, value in (fields or {}).items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def hex_to_base64(body):
    """OTLP/JSON as protobuf's own JSON reader takes it: ids in base64."""
    import base64
    import json

    ids = {"traceId", "spanId", "parentSpanId"}

    def converted(value, key=None):
        if isinstance(value, dict):
            return {name: converted(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [converted(each) for each in value]
        if key in ids:
            return base64.b64encode(bytes.fromhex(value)).decode()
        return value

    return json.dumps(converted(json.loads(body)))
