"""A small shop for the test of what joins: a server, and an application with the OpenTelemetry SDK.

    shop.py server COUNT              serves so many connections, one request each
    shop.py app PORT ENDPOINT NAMESERVER QUESTION SIZE...
                                      looks QUESTION up, then orders a body of each SIZE from the server at PORT

Both print what they did as lines of JSON, the server first its port. Bytes are counted as they go through the sockets.
"""
import json
import os
import pathlib
import socket
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))


def tell(**facts):
    print(json.dumps({**facts, "pid": os.getpid()}), flush=True)


def read_to_end(connection):
    data = b""
    while piece := connection.recv(65536):
        data += piece
    return data


def serve(count):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        tell(port=listener.getsockname()[1])
        for _ in range(count):
            connection, peer = listener.accept()
            with connection:
                request = b""
                while not request.endswith(b"\r\n\r\n"):
                    request += connection.recv(65536)
                body = bytes(int(request.split()[1].removeprefix(b"/")))
                answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body
                connection.sendall(answer)
            tell(role="server", client_port=peer[1], received=len(request), sent=len(answer))


def look_up(nameserver, question):
    from dns_server import query

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.connect((nameserver, 53))
        message = query(os.getpid() & 0xFFFF, question)
        asking.send(message)
        answer = asking.recv(4096)
        tell(role="resolver", client_port=asking.getsockname()[1], sent=len(message), received=len(answer))


def order(port, size):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        request = f"GET /{size} HTTP/1.1\r\nHost: shop.example\r\n\r\n".encode()
        connection.sendall(request)
        answer = read_to_end(connection)
        tell(role="client", client_port=connection.getsockname()[1], sent=len(request), received=len(answer))


def use(port, endpoint, nameserver, question, *sizes):
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor

    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter(endpoint=endpoint, insecure=True)))
    tracer = provider.get_tracer("shop")
    with tracer.start_as_current_span("look up"):
        look_up(nameserver, question)
    for size in sizes:
        with tracer.start_as_current_span(f"order {size}"):
            order(int(port), int(size))
    provider.shutdown()


if __name__ == "__main__":
    if sys.argv[1] == "server":
        serve(int(sys.argv[2]))
    else:
        use(*sys.argv[2:])
