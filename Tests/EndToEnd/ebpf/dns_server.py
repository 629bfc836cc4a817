"""A DNS server whose answers a test chooses by the name it asks for. Run as a program: PORT ADDRESS...

First label: nx, servfail, refused; drop (no answer); slow (after 150 ms); big (truncated over UDP); cname; alone (over TCP, the length
in a segment of its own); else an answer.
"""
import ipaddress
import socket
import struct
import sys
import threading
import time

CODES = {"servfail": 2, "nx": 3, "refused": 5}
SLOW = 0.15


def name_of(message, offset=12):
    labels = []
    while message[offset]:
        labels.append(message[offset + 1 : offset + 1 + message[offset]].decode("latin-1"))
        offset += 1 + message[offset]
    return ".".join(labels), offset + 1


def encoded(name):
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"


def record(kind, data):
    return b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(data)) + data


def address_of(name, kind):
    """The address that the server gives a name: made of its length and first bytes, so that a test can tell."""
    if kind == 1:
        return ipaddress.ip_address(bytes([192, 0, 2, len(name)]))
    return ipaddress.ip_address(b"\x20\x01\x0d\xb8" + bytes(11) + bytes([len(name)]))


def query(number, name, kind=1):
    return struct.pack(">HHHHHH", number, 0x0100, 1, 0, 0, 0) + encoded(name) + struct.pack(">HH", kind, 1)


def answer(message, is_stream):
    """The answer to a query; None where there is none, and to what is no query."""
    if len(message) < 17 or message[2] & 0x80 or message[4:6] != b"\0\1":
        return None
    number = struct.unpack_from(">H", message)[0]
    name, end = name_of(message)
    kind = struct.unpack_from(">H", message, end)[0]
    first = name.split(".")[0].lower().rstrip("0123456789")
    question = message[12 : end + 4]
    if first == "drop":
        return None
    if first == "slow":
        time.sleep(SLOW)
    flags, records = 0x8180 | CODES.get(first, 0), []
    if first == "big" and not is_stream:
        flags |= 0x0200
    elif not CODES.get(first):
        if first == "cname":
            records.append(record(5, encoded("target.example")))
        if kind in (1, 28):
            records.append(record(kind, address_of(name, kind).packed))
    return struct.pack(">HHHHHH", number, flags, 1, len(records), 0, 0) + question + b"".join(records)


def serve_datagrams(address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_DGRAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    listener.bind((address, port))

    def one(message, peer):
        data = answer(message, False)
        if data:
            listener.sendto(data, peer)

    def loop():
        while True:
            message, peer = listener.recvfrom(4096)
            if message[12:].startswith(b"\x04slow"):
                threading.Thread(target=one, args=(message, peer), daemon=True).start()
            else:
                one(message, peer)

    threading.Thread(target=loop, daemon=True).start()


def serve_streams(address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.create_server((address, port), family=family)
    # What is written by itself is sent by itself; connections take it over.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def one(peer):
        with peer, peer.makefile("rb") as stream:
            while head := stream.read(2):
                data = answer(stream.read(struct.unpack(">H", head)[0]), True)
                if not data:
                    continue
                parts = [struct.pack(">H", len(data)), data]
                for part in parts if data[13:].startswith(b"alone") else [b"".join(parts)]:
                    peer.sendall(part)

    def loop():
        while True:
            threading.Thread(target=one, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=loop, daemon=True).start()


if __name__ == "__main__":
    for address in sys.argv[2:]:
        serve_datagrams(address, int(sys.argv[1]))
        serve_streams(address, int(sys.argv[1]))
    print("ready", flush=True)
    sys.stdin.read()
