#!/usr/bin/env bash
# Expected: a server answers as fast with several workers as with one; asyncio switches Nagle's algorithm off
#   (TCP_NODELAY) for every connection of a TCP server since Python 3.6.
# Happens: asyncio does so only where the listening socket was made with the protocol IPPROTO_TCP by name, as its own
#   create_server(host, port) makes it. uvicorn binds the socket itself when it has several workers or reloads, with the
#   protocol left at 0, which means TCP as well. Accepted connections inherit the 0, asyncio leaves them alone, and a
#   small second write waits for the first one's acknowledgement. With one worker and the same options it does not.
# At: uvicorn 0.54.0 with h11 0.16.0, Python 3.11 and 3.13 (asyncio/base_events.py, _set_nodelay, compares sock.proto).
# Matters: who compares one worker with two measures this, too. A socket that is handed to a server should be made with
#   socket.socket(family, SOCK_STREAM, IPPROTO_TCP); a proxy in front that keeps connections open hides most of it.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check uvicorn==0.54.0 h11==0.16.0

"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import socket
import sys
from importlib.metadata import version

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

seen = []


class Watched(H11Protocol):
    def connection_made(self, transport):
        accepted = transport.get_extra_info("socket")
        seen.append((accepted.proto, accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
        super().connection_made(transport)


async def application(scope, receive, send):
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def connected(sockets):
    config = uvicorn.Config(application, port=0, http=Watched, lifespan="off", log_level="critical")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[config.bind_socket()] if sockets else None))
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    await reader.read()
    writer.close()
    server.should_exit = True
    await serving
    return seen.pop()


alone, bound = asyncio.run(connected(False)), asyncio.run(connected(True))
print(f"uvicorn {version('uvicorn')}, Python {sys.version.split()[0]}")
print(f"one worker: protocol {alone[0]}, TCP_NODELAY {alone[1]}")
print(f"on the socket that it binds for several: protocol {bound[0]}, TCP_NODELAY {bound[1]}")
if (bool(alone[1]), bool(bound[1])) != (True, False):
    sys.exit("changed: both sockets are treated alike")
PYTHON
