"""What stands between a client and a server, as a proxy does."""

import select
import socket


def pass_on(one: socket.socket, other: socket.socket) -> None:
    """Hand on what each sends, until one of them ends."""
    ways = {one: other, other: one}
    while True:
        for ready in select.select([one, other], [], [])[0]:
            data = ready.recv(65536)
            if not data:
                return
            ways[ready].sendall(data)
