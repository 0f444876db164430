"""A real nginx of our own, on loopback, with the configuration that the site writes."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import ssl
import subprocess
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from click.testing import CliRunner

from fwsite.cli.main import main

AROUND = """
{user}
worker_processes 1;
pid {folder}/pid;
error_log stderr warn;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    default_type application/octet-stream;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/files/nginx.conf;
}}
"""
"""What a machine's own nginx.conf is to the file in conf.d."""


def program() -> str | None:
    """Debian keeps nginx off the path of those who are not root."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine that nobody vouches for, and its key."""
    made, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    command += [*names, "-days", "2", "-keyout", str(key), "-out", str(made)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return made, key


def deploy_files(instance: Path, folder: Path, *options: str) -> None:
    """Have the files written, as a host would."""
    done = CliRunner().invoke(main, ["--instance", str(instance), "deploy-files", str(folder), *options])
    assert done.exit_code == 0, done.output


class Nginx:
    """One nginx; everything it writes is in ``folder``, where ``files/nginx.conf`` has to be."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        user = "user root;" if os.geteuid() == 0 else ""  # pytest's folders are for their owner alone
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user))
        for name in ("logs", "cache"):
            (folder / name).mkdir(exist_ok=True)
        self.command = [program() or "nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]

    def checked(self) -> str:
        """What ``nginx -t`` says; it has to be content."""
        done = subprocess.run([*self.command, "-t"], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def start(self, port: int) -> None:
        """Start it and wait until it listens on ``port``."""
        with (self.folder / "said").open("ab") as said:
            self.process = subprocess.Popen([*self.command, "-g", "daemon off;"], stderr=said)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                    connection.connect()
                    return
            except OSError:
                time.sleep(0.02)
        raise AssertionError(f"nginx did not start:\n{(self.folder / 'said').read_text()}")

    def stop(self) -> None:
        """Stop it at once."""
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=30)

    def log(self, last: str) -> list[str]:
        """The lines of its log up to the one with ``last`` in it, also those that it still keeps back."""
        assert self.process
        log = self.folder / "logs" / "fwsite.log"
        moved = log.with_suffix(".read")
        log.rename(moved)
        self.process.send_signal(signal.SIGUSR1)
        deadline = time.monotonic() + 30
        while last not in (text := moved.read_text()):
            assert time.monotonic() < deadline, f"nginx did not write {last} down"
            time.sleep(0.02)
        return text.partition(last)[0].splitlines()[:-1]


@dataclass(frozen=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def cookie(self) -> str:
        """What a browser would send back."""
        return str(self.headers.get("Set-Cookie", "")).partition(";")[0]


def ask(
    port: int,
    path: str,
    method: str = "GET",
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    tls: bool = True,
    source: str = "127.0.0.1",
) -> Answer:
    """One request on a connection of its own, from the address ``source``."""
    kind = _Secure if tls else http.client.HTTPConnection
    with closing(kind("127.0.0.1", port, timeout=30, source_address=(source, 0))) as connection:
        given = {"Host": f"localhost:{port}", **(headers or {})}
        connection.request(method, path, body=body, headers=given)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())


class _Secure(http.client.HTTPSConnection):
    """Https without asking who vouches for the other side."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs, context=unverified())  # type: ignore[arg-type]


@cache
def unverified() -> ssl.SSLContext:
    """For a certificate that nobody vouches for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
