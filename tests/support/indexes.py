"""Package indexes for tests: archives made on the spot, offered by a folder or by a server on loopback."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


def archive(files: Mapping[str, str], top: str) -> bytes:
    """A source archive with these texts below its own folder; a name that begins with ``!`` is taken as it is."""
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name[1:] if name.startswith("!") else f"{top}/{name}")
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    return into.getvalue()


def release(package: str, version: str, files: Mapping[str, str]) -> tuple[str, bytes]:
    """Name and bytes of a package's source archive, with its metadata."""
    metadata = f"Metadata-Version: 2.4\nName: {package}\nVersion: {version}\n"
    metadata += "Requires-Python: >=3.11\nRequires-Dist: click>=8\nRequires-Dist: x; extra == 'y'\n"
    metadata += "License-Expression: MIT\n"
    return f"{package}-{version}.tar.gz", archive({"PKG-INFO": metadata, **files}, f"{package}-{version}")


def folder_index(place: Path, files: Mapping[str, bytes], hashes: Mapping[str, str] | None = None) -> str:
    """Writes an index of HTML pages, as PEP 503 has them; its address."""
    links: dict[str, list[str]] = {}
    for name, content in files.items():
        package = name.rpartition("-")[0].lower().replace("_", "-")
        (place / package).mkdir(parents=True, exist_ok=True)
        (place / package / name).write_bytes(content)
        digest = (hashes or {}).get(name, hashlib.sha256(content).hexdigest())
        links.setdefault(package, []).append(f'<a href="{name}#sha256={digest}">{name}</a>')
    for package, those in links.items():
        (place / package / "index.html").write_text("<!doctype html>\n" + "\n".join(those))
    return place.as_uri()


@contextmanager
def served_index(
    files: Mapping[str, bytes], *, page: bytes | None = None, **more: Any
) -> Iterator[tuple[str, list[str]]]:
    """An index of JSON pages, as PEP 691 has them, and the paths that were asked for.

    ``more`` stands in each row; ``page`` is sent in place of every page.
    """
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            name = self.path.rpartition("/")[2]
            if name in files:
                self._send(files[name], "application/octet-stream")
                return
            package = self.path.strip("/").rpartition("/")[2]
            rows = [
                {
                    "filename": each,
                    "url": f"/files/{each}",
                    "hashes": {"sha256": hashlib.sha256(content).hexdigest()},
                    "size": len(content),
                    "upload-time": "2026-11-03T15:21:26Z",
                    **more,
                }
                for each, content in files.items()
                if each.rpartition("-")[0] == package
            ]
            if page is not None:
                self._send(page, "application/vnd.pypi.simple.v1+json")
            elif rows:
                self._send(json.dumps({"files": rows}).encode(), "application/vnd.pypi.simple.v1+json")
            else:
                self.send_error(404)

        def _send(self, content: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: Any) -> None:
            """Nothing on standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/simple", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
