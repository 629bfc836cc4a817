"""Talks over sockets in known amounts and tells what it did: a JSON line for each socket that it used.

A line has pid, local, remote, sent and received as the program itself counted them from what its calls returned.
"""
import errno
import json
import os
import select
import socket
import struct
import sys
import time

V4, V6 = socket.AF_INET, socket.AF_INET6
TCP, UDP = socket.SOCK_STREAM, socket.SOCK_DGRAM


def tell(**truth):
    os.write(1, (json.dumps({"pid": os.getpid(), **truth}) + "\n").encode())


def ends(one):
    return {"local": list(one.getsockname()[:2]), "remote": list(one.getpeername()[:2])}


def read_all(one):
    """Reads up to the end; returns the number of bytes."""
    count = 0
    while data := one.recv(65536):
        count += len(data)
    return count


def listen(family, address, port=0):
    one = socket.socket(family, TCP)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind((address, port))
    one.listen(512)
    return one


def wait_children():
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


def send_in_ways(one):
    """Sends by every kind of call; returns the number of bytes."""
    count = one.send(b"s" * 1000)
    count += one.sendmsg([b"m" * 500, b"n" * 1500])
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    count += os.write(one.fileno(), b"w" * 777)
    with open("/dev/shm/talker-%d" % os.getpid(), "w+b") as file:
        file.write(b"f" * 300_000)
        file.flush()
        os.unlink(file.name)
        offset = 0
        while offset < 300_000:
            offset += os.sendfile(one.fileno(), file.fileno(), offset, 300_000 - offset)
    reader, writer = os.pipe()
    os.write(writer, b"p" * 4096)
    count += os.splice(reader, one.fileno(), 4096)
    return count + offset


def receive_in_ways(one):
    """Reads up to the end by every kind of call; returns the number of bytes."""
    assert len(one.recv(100, socket.MSG_PEEK)) > 0
    count = len(one.recv(100)) + one.recv_into(bytearray(200))
    count += sum(map(len, one.recvmsg(50)[:1])) + len(os.read(one.fileno(), 77))
    reader, writer = os.pipe()
    moved = os.splice(one.fileno(), writer, 1000)
    os.read(reader, moved)
    return count + moved + read_all(one)


def pair(address, reply):
    """A client and a server in a process of its own, each with a way of its own to send and receive."""
    family = V6 if ":" in address else V4
    listener = listen(family, address)
    if not os.fork():
        one, _ = listener.accept()
        known = ends(one)
        received = receive_in_ways(one)
        one.sendall(b"r" * int(reply))
        tell(role="server", sent=int(reply), received=received, **known)
        os._exit(0)
    one = socket.socket(family, TCP)
    one.connect(listener.getsockname())
    listener.close()
    known = ends(one)
    sent = send_in_ways(one)
    one.shutdown(socket.SHUT_WR)
    received = read_all(one)
    one.close()
    tell(role="client", sent=sent, received=received, **known)
    wait_children()


def mapped():
    """An IPv6 socket that connects to an IPv4 address."""
    listener = listen(V4, "127.0.0.1")
    one = socket.socket(V6, TCP)
    one.connect(("::ffff:127.0.0.1", listener.getsockname()[1]))
    other, _ = listener.accept()
    one.sendall(b"x" * 10)
    other.recv(100)
    local = ["127.0.0.1", one.getsockname()[1]]
    tell(role="client", sent=10, received=0, local=local, remote=list(listener.getsockname()))


def storm(count, size):
    """Many short connections, one after the other."""
    listener = listen(V4, "127.0.0.1")
    if not os.fork():
        received = 0
        for _ in range(int(count)):
            one, _ = listener.accept()
            received += read_all(one)
            one.close()
        tell(role="server", sent=0, received=received, count=int(count), port=listener.getsockname()[1])
        os._exit(0)
    for _ in range(int(count)):
        one = socket.socket(V4, TCP)
        one.connect(listener.getsockname())
        one.sendall(b"x" * int(size))
        one.close()
    tell(role="client", sent=int(count) * int(size), received=0, count=int(count), port=listener.getsockname()[1])
    wait_children()


def children(count):
    """A listener that hands each socket to a child: by fork for the even ones, over a socket pair for the odd ones."""
    listener = listen(V4, "127.0.0.1")
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    clients = []
    for number in range(int(count)):
        client = socket.socket(V4, TCP)
        client.connect(listener.getsockname())
        clients.append(client)
        one, _ = listener.accept()
        if number % 2:
            # What the parent reads remains the parent's.
            client.sendall(b"h" * 10)
            assert len(one.recv(10)) == 10
            tell(role="parent", sent=0, received=10, **ends(one))
        if not os.fork():
            if number % 2:
                one.close()
                _, (descriptor,), _, _ = socket.recv_fds(far, 1, 1)
                one = socket.socket(fileno=descriptor)
            known = ends(one)
            received = len(one.recv(1000, socket.MSG_WAITALL))
            one.sendall(b"y" * (number + 1))
            tell(role="child", sent=number + 1, received=received, **known)
            one.close()
            os._exit(0)
        if number % 2:
            socket.send_fds(near, [b"x"], [one.fileno()])
        one.close()
        client.sendall(b"z" * 1000)
        # The side that ends first acknowledges the other's end at once, within the child's call that ends it. Else a timer does, in an
        # interrupt over whichever process happens to run, which some kernels let no program see.
        client.shutdown(socket.SHUT_WR)
        read_all(client)
    for client in clients:
        client.close()
    wait_children()


def attempt(address, port, seconds="0"):
    """Connects, gives up after so many seconds (0: never), and tells the error."""
    one = socket.socket(V6 if ":" in address else V4, TCP)
    if float(seconds):
        one.settimeout(float(seconds))
    name = None
    try:
        one.connect((address, int(port)))
    except TimeoutError as error:
        name = "ETIMEDOUT" if error.errno else "GAVEUP"
    except OSError as error:
        name = errno.errorcode[error.errno]
    one.close()
    tell(role="client", error=name, remote=[address, int(port)])


def attempt_without_waiting(address, port):
    """Connects as programs with an event loop do, and tells the error."""
    one = socket.socket(V6 if ":" in address else V4, TCP)
    one.setblocking(False)
    result = one.connect_ex((address, int(port)))
    if result == errno.EINPROGRESS:
        waiting = select.poll()
        waiting.register(one, select.POLLOUT)
        waiting.poll()
        result = one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    one.close()
    tell(role="client", error=errno.errorcode[result], remote=[address, int(port)])


def refused_datagram(address, port):
    """Sends one datagram over a connected socket to where nobody listens, and asks what became of it."""
    one = socket.socket(V6 if ":" in address else V4, UDP)
    one.connect((address, int(port)))
    known, sent, name = ends(one), one.send(b"d" * 10), None
    try:
        one.recv(10)
    except OSError as error:
        name = errno.errorcode[error.errno]
    one.close()
    tell(role="client", sent=sent, error=name, **known)


def resets():
    """One connection that the server resets, one that the client does, one that is closed with unread bytes."""
    listener = listen(V4, "127.0.0.1")
    abort = struct.pack("ii", 1, 0)
    for who in ("server", "client", "unread"):
        client = socket.socket(V4, TCP)
        client.connect(listener.getsockname())
        server, _ = listener.accept()
        known = ends(client)
        client.sendall(b"a" * 100)
        assert len(server.recv(1000)) == 100
        if who == "unread":
            client.sendall(b"u" * 50)
            assert len(server.recv(50, socket.MSG_PEEK | socket.MSG_WAITALL)) == 50
            server.close()
        else:
            (server if who == "server" else client).setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, abort)
            (server if who == "server" else client).close()
        # The other one has the reset before it closes; that is seen without taking the error.
        waiting = select.poll()
        waiting.register(server if who == "client" else client, 0)
        assert waiting.poll(10_000)
        server.close()
        client.close()
        tell(role="client", how=who, sent=150 if who == "unread" else 100, received=0, **known)


def old(count):
    """Connections and a listener that are there before a line is read from stdin, and go on behind it."""
    listener = listen(V4, "127.0.0.1")
    opened = []
    for number in range(int(count)):
        client = socket.socket(V4, TCP)
        client.connect(listener.getsockname())
        server, _ = listener.accept()
        client.sendall(b"b" * (number * 100))
        assert len(server.recv(number * 100 or 1, socket.MSG_DONTWAIT) if number else b"") == number * 100
        server.sendall(b"c" * 7)
        opened.append((client, server, ends(client)))
    late = socket.socket(V4, TCP)
    late.connect(listener.getsockname())
    tell(role="ready")
    sys.stdin.readline()
    for number, (client, server, known) in enumerate(opened):
        assert len(client.recv(100)) == 7
        client.sendall(b"d" * 11)
        assert len(server.recv(100)) == 11
        client.close()
        server.close()
        tell(role="client", sent=number * 100 + 11, received=7, new_sent=11, new_received=7, **known)
    # Accepted from a listener that is older than the collector.
    server, _ = listener.accept()
    late.sendall(b"e" * 5)
    server.recv(5)
    known = ends(late)
    late.close()
    server.close()
    tell(role="late", sent=5, received=0, new_sent=5, new_received=0, **known)
    fresh = socket.socket(V4, TCP)
    fresh.connect(listener.getsockname())
    server, _ = listener.accept()
    fresh.sendall(b"g" * 6)
    known = ends(server)
    server.recv(6)
    fresh.close()
    server.close()
    tell(role="fresh", sent=0, received=6, new_sent=0, new_received=6, **known)


def steady(rounds, pause):
    """One connection that lasts."""
    listener = listen(V4, "127.0.0.1")
    client = socket.socket(V4, TCP)
    client.connect(listener.getsockname())
    server, _ = listener.accept()
    known = ends(client)
    for _ in range(int(rounds)):
        client.sendall(b"k" * 1000)
        assert len(server.recv(1000, socket.MSG_WAITALL)) == 1000
        time.sleep(float(pause))
    client.close()
    server.close()
    tell(role="client", sent=int(rounds) * 1000, received=0, **known)


def lasting():
    """One connection that goes on until a line is read from stdin, and a little longer."""
    listener = listen(V4, "127.0.0.1")
    client = socket.socket(V4, TCP)
    client.connect(listener.getsockname())
    server, _ = listener.accept()
    known = ends(client)
    for sent in (1000, 2000):
        client.sendall(b"k" * 1000)
        assert len(server.recv(1000, socket.MSG_WAITALL)) == 1000
        tell(role="client", sent=sent, received=0, **known)
        if sent == 1000:
            sys.stdin.readline()


def datagrams(address, peers):
    """A server without a peer of its own, a client that connects, and one that sends to several servers."""
    family = V6 if ":" in address else V4
    servers = []
    for _ in range(int(peers)):
        server = socket.socket(family, UDP)
        server.bind((address, 0))
        servers.append(server)
    connected = socket.socket(family, UDP)
    connected.connect(servers[0].getsockname())
    known = ends(connected)
    for _ in range(10):
        connected.send(b"q" * 100)
        data, peer = servers[0].recvfrom(2000)
        servers[0].sendto(data * 2, peer)
        connected.recv(2000)
    tell(role="client", sent=1000, received=2000, packets=10, **known)
    tell(role="server", sent=2000, received=1000, packets=10, local=known["remote"], remote=known["local"])
    wandering = socket.socket(family, UDP)
    for number, server in enumerate(servers):
        for _ in range(number + 1):
            wandering.sendto(b"w" * 30, server.getsockname())
            # A look at a datagram takes nothing.
            server.recvfrom(10, socket.MSG_PEEK)
            _, peer = server.recvfrom(100)
            server.sendto(b"", peer)
            wandering.recvfrom(100)
        port = wandering.getsockname()[1]
        tell(role="client", sent=30 * (number + 1), received=0, packets=number + 1,
             local=[None, port], remote=list(server.getsockname()[:2]))
    for one in [connected, wandering, *servers]:
        one.close()


def serve(address, port, reply):
    """Serves one connection; a line on stdout says that it listens."""
    listener = listen(V6 if ":" in address else V4, address, int(port))
    tell(role="ready")
    one, _ = listener.accept()
    known = ends(one)
    received = read_all(one)
    one.sendall(b"r" * int(reply))
    one.close()
    tell(role="server", sent=int(reply), received=received, **known)


def send(address, port, size):
    """Connects, sends, reads up to the end."""
    one = socket.socket(V6 if ":" in address else V4, TCP)
    one.connect((address, int(port)))
    known = ends(one)
    one.sendall(b"x" * int(size))
    one.shutdown(socket.SHUT_WR)
    received = read_all(one)
    info = one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    one.close()
    # tcpi_total_retrans is the 32-bit number at offset 100.
    tell(role="client", sent=int(size), received=received, retransmits=struct.unpack_from("I", info, 100)[0], **known)


def look_up_and_send(name, port, size):
    """Asks a DNS server of this machine for an address and sends there."""
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
    from dns_server import query

    asking = socket.socket(V4, UDP)
    asking.sendto(query(7, name), ("127.0.0.1", 53))
    answer, _ = asking.recvfrom(512)
    asking.close()
    send(".".join(map(str, answer[-4:])), port, size)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
