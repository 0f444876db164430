"""Listening socket: an address and port, or a socket file."""

from __future__ import annotations

import os
import socket
import stat
from contextlib import closing
from pathlib import Path

from fwsite.server.failures import AddressChanged, PortTaken

UNIX = "unix:"
BACKLOG = 1024
"""Connections that wait in the kernel until they are taken."""


def listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises :class:`PortTaken` with what to do about it."""
    return _listen_on_file(Path(host.removeprefix(UNIX))) if host.startswith(UNIX) else _listen_on_port(host, port)


def inherited(descriptor: int, host: str, port: int) -> socket.socket:
    """A socket of our own on the one that a program before this one listens on. Raises :class:`AddressChanged`."""
    bound = socket.socket(fileno=os.dup(descriptor))
    if bound.family is socket.AF_UNIX:
        same = host.startswith(UNIX) and bound.getsockname() == host.removeprefix(UNIX)
    else:
        same = not host.startswith(UNIX) and bound.getsockname() == _resolve(host, port)[3]
    if not same:
        bound.close()
        raise AddressChanged(
            f"HOST and PORT say {shown(host, port)}, and the site listens elsewhere. A reload keeps the address: "
            "stop the site and start it again, or change the settings back."
        )
    return bound


def shown(host: str, port: int) -> str:
    """The address for people."""
    if host.startswith(UNIX):
        return host
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _resolve(host: str, port: int) -> tuple[int, int, int, object]:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    return family, kind, protocol, address


def _listen_on_port(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, address = _resolve(host, port)
        bound = socket.socket(family, kind, protocol)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)  # type: ignore[arg-type]
            bound.listen(BACKLOG)  # or a second server could bind it, too, and fail later
        except OSError:
            bound.close()
            raise
    except OSError as error:
        raise PortTaken(
            f"Cannot listen on {host}:{port}: {error.strerror}. "
            "Choose another port with --port or FWSITE_PORT, or stop the program that uses this one."
        ) from error
    return bound


def _listen_on_file(path: Path) -> socket.socket:
    """Everybody who may enter its folder may connect, as with a port."""
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _clear_away(path)
        bound.bind(str(path))
        path.chmod(0o666)
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        raise PortTaken(
            f"Cannot listen on the socket file {path}: {error.strerror or error}. Stop the program that uses it, or "
            "set HOST to another, in a folder that this user may write into."
        ) from error
    return bound


def _clear_away(path: Path) -> None:
    """Remove the file that a process left which listens no more."""
    try:
        if not stat.S_ISSOCK(path.stat().st_mode):
            raise OSError("there is a file of that name")
    except FileNotFoundError:
        return
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
    raise OSError("somebody listens there")
