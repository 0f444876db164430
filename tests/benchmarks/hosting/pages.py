"""Pages under waitress beside bare waitress with the same bytes, and behind nginx beside nginx with a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path

from tests.benchmarks.hosting.load import get, load
from tests.benchmarks.hosting.servers import Server, bare, copied, running, site
from tests.benchmarks.hosting.table import Row, in_rounds, ratios
from tests.support.nginx import Nginx, deploy_files, program
from tests.support.served import free_port

PAGES = {
    "article": "/",
    "comparison": "/comparison/",
    "framework": "/comparison/django",
    "questions": "/questionnaire/",
}
LIMITS = {"article": 0.9, "comparison": 0.9, "framework": 0.9, "questions": 0.3}
BEHIND = 0.8
WARM_UP = 9.0
"""Seconds, for all together."""
FILES = """
server {{
    listen 127.0.0.1:{port};
    location / {{ root {folder}; default_type text/html; }}
}}
"""


def pages(folder: Path, *, rounds: int, seconds: float) -> list[Row]:
    """Good answers a second at eight connections."""
    own, usual = site(folder / "site"), bare("usual", folder / "usual")
    constants = {name: bare("constant", folder / name) for name in PAGES}
    with running(own, usual):
        for name, path in PAGES.items():
            copied(own.port, path, folder / name)
        with running(*constants.values()):
            ports = {name: (own.port, path) for name, path in PAGES.items()}
            ports |= {f"bare {name}": (constants[name].port, "/") for name in PAGES}
            ports["usual"] = (usual.port, "/")

            def measure(kind: str) -> float:
                port, path = ports[kind]
                return load(port, repeat(get(path)), seconds=seconds).rate

            for port, path in ports.values():  # until all is made, and the change that the start was is long ago
                load(port, repeat(get(path)), seconds=WARM_UP / len(ports))
            found = in_rounds(list(ports), rounds, measure)
    rows = [
        Row(f"GET {PAGES[name]}", ratios(found, name, f"bare {name}"), "bare waitress, same bytes", LIMITS[name])
        for name in PAGES
    ]
    return [*rows, Row("GET /", ratios(found, "article", "usual"), "a typical Flask and SQLAlchemy page")]


def behind_nginx(folder: Path, *, rounds: int, seconds: float) -> list[Row]:
    """The same through nginx; nothing where there is no nginx."""
    if program() is None:
        print("nginx is not installed, so nothing is measured behind it: apt-get install nginx-light")
        return []
    port, file_port = free_port(), free_port()
    own = site(folder / "site")
    own.start()  # makes the instance
    own.stop()
    settings = f'SITE_URL = "http://localhost:{port}"\nTRUSTED_PROXIES = ["127.0.0.1"]\nPORT = {own.port}\n'
    (folder / "site" / "instance" / "config.toml").write_text(settings)
    with running(own), _nginx(folder, own, port, file_port):
        paths = {"article": ("/", "article"), "comparison": ("/comparison/", "comparison")}
        for name, (path, _) in paths.items():
            copied(own.port, path, folder / name)
        ports = {name: (port, path) for name, (path, _) in paths.items()}
        ports |= {f"file {name}": (file_port, f"/{name}/body") for name in paths}

        def measure(kind: str) -> float:
            to, path = ports[kind]
            served = load(to, repeat(get(path, host=f"localhost:{to}")), seconds=seconds)
            assert not served.bad, f"{kind}: {served}"
            return served.rate

        found = in_rounds(list(ports), rounds, measure)
    return [
        Row(f"GET {path} behind nginx", ratios(found, name, f"file {name}"), "nginx with a file of that size", BEHIND)
        for name, (path, _) in paths.items()
    ]


@contextmanager
def _nginx(folder: Path, own: Server, port: int, file_port: int) -> Iterator[None]:
    front, files = folder / "front", folder / "files"
    for each in (front, files / "files"):
        each.mkdir(parents=True)
    instance = folder / "site" / "instance"
    logs = ["--cache", str(front / "cache"), "--logs", str(front / "logs"), "--connections-each", "1000"]
    deploy_files(instance, front / "files", "--listen", f"127.0.0.1:{port}", *logs)
    (files / "files" / "nginx.conf").write_text(FILES.format(port=file_port, folder=folder))
    served = [(Nginx(front), port), (Nginx(files), file_port)]
    try:
        for nginx, to in served:
            nginx.start(to)
        yield
    finally:
        for nginx, _ in served:
            nginx.stop()
