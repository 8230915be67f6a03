"""A server that is never the limit: a proxy that answers a COPY … TO STDOUT it has seen before from memory.

Everything else goes to the real server. A statement's answer is what the server sent between the client's Query message and
the next ReadyForQuery. Runs in a process of its own, so that its time can be told from the client's.
"""

import multiprocessing
import socket
import struct
import threading
import urllib.parse

from measure import cpu_of


def receive(connection, size):
    """Exactly `size` bytes, or what came before the other end closed."""
    data = bytearray()
    while len(data) < size:
        piece = connection.recv(min(size - len(data), 1 << 20))
        if not piece:
            break
        data += piece
    return bytes(data)


def message(connection):
    """One message of the client, whole; empty when it has gone."""
    head = receive(connection, 5)
    return head + receive(connection, struct.unpack("!I", head[1:])[0] - 4) if len(head) == 5 else b""


class Session:
    def __init__(self, client, server, known):
        self.client, self.server, self.known = client, server, known

    def run(self):
        startup = receive(self.client, 4)
        self.server.sendall(startup + receive(self.client, struct.unpack("!I", startup)[0] - 4))
        self.until_ready(authentication=True)
        while request := message(self.client):
            self.answer(request)

    def answer(self, request):
        if request[:1] != b"Q":
            self.server.sendall(request)
            if request[:1] == b"S":
                self.until_ready()
        elif b"TO STDOUT" not in request:
            self.server.sendall(request)
            self.until_ready()
        elif request in self.known:
            self.client.sendall(self.known[request])
        else:
            self.server.sendall(request)
            self.until_ready(record=request)

    def until_ready(self, authentication=False, record=None):
        """Hands on what the server says until it is ready for the next query, which it is when the answer has been recorded."""
        kept = []
        while head := receive(self.server, 5):
            whole = head + receive(self.server, struct.unpack("!I", head[1:])[0] - 4)
            kept += [whole] if record else []
            if record and head[:1] == b"Z":
                self.known[record] = b"".join(kept)
            self.client.sendall(whole)
            if authentication and head[:1] == b"R" and struct.unpack("!I", whole[5:9])[0] in (3, 5, 10, 11):
                self.server.sendall(message(self.client))  # a password, or a step of SCRAM
            if head[:1] == b"Z":
                return
        raise ConnectionError("the server has gone")


def serve(listener, address):
    known = {}

    def session(client):
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with client, socket.create_connection(address) as server:
            try:
                Session(client, server, known).run()
            except OSError:
                pass

    while True:
        client, _ = listener.accept()
        threading.Thread(target=session, args=(client,), daemon=True).start()


class Replay:
    """with Replay(URL) as replayed: what is dumped from replayed.url once comes from memory from then on."""

    def __init__(self, url):
        self.server = urllib.parse.urlsplit(url)

    def __enter__(self):
        listener = socket.create_server(("127.0.0.1", 0))
        address = (self.server.hostname, self.server.port or 5432)
        self.process = multiprocessing.get_context("fork").Process(target=serve, args=(listener, address), daemon=True)
        self.process.start()
        login = self.server.netloc.rpartition("@")[0]
        netloc = f"{login}{'@' if login else ''}127.0.0.1:{listener.getsockname()[1]}"
        self.url = urllib.parse.urlunsplit(self.server._replace(netloc=netloc, query="sslmode=disable"))
        return self

    def cpu(self):
        """CPU time that replaying took so far, in seconds."""
        return cpu_of(self.process.pid)

    def __exit__(self, *_):
        self.process.kill()
        self.process.join()
