"""A TCP proxy between pgcoffer and a server that remembers every byte, and can cut the line, or let it hang."""

import socket
import threading


class Proxy:
    """Listens on 127.0.0.1:`port`. `cut_after`: bytes from the server after which every connection breaks; `stall_after`:
    after which nothing passes any more, and nothing is closed. `deaf_from`: from this connection on (0: the first) nothing
    passes after the server's first block, in which it asks for the password."""

    def __init__(self, host, port, cut_after=None, stall_after=None, deaf_from=None):
        self.target, self.cut_after, self.stall_after, self.deaf_from = (host, port), cut_after, stall_after, deaf_from
        self.stalled = threading.Event()
        self.from_server, self.from_client = bytearray(), bytearray()
        self.connections = []  # of each, what the client sent
        self.cut = threading.Event()
        self._lock, self._sockets = threading.Lock(), []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(self.target)
            except OSError:
                return
            sent = bytearray()
            deaf = self.deaf_from is not None and len(self.connections) >= self.deaf_from
            with self._lock:
                self._sockets += [client, server]
                self.connections.append(sent)
            threading.Thread(target=self._pump, args=(client, server, self.from_client, sent), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, self.from_server), kwargs={"deaf": deaf}, daemon=True).start()

    def _pump(self, source, target, *records, deaf=False):
        try:
            while block := source.recv(65536):
                with self._lock:
                    for record in records:
                        record += block
                    over = self.cut_after is not None and len(self.from_server) > self.cut_after
                    if self.stall_after is not None and len(self.from_server) > self.stall_after:
                        self.stalled.set()
                if over:
                    break
                if self.stalled.is_set():
                    self.cut.wait()
                    return
                target.sendall(block)
                if deaf:
                    self.cut.wait()
                    return
        except OSError:
            pass
        if self.cut_after is not None and len(self.from_server) > self.cut_after:
            self.close()
            return
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        """No new connections, and the end of those that are open."""
        self.cut.set()
        with self._lock:
            ends, self._sockets = [self._listener, *self._sockets], []
        for end in ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()
