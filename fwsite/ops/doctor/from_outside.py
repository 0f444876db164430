"""Proxy check: whether the proxies in front tell the site who asks, and by which scheme and name.

The site is asked by its public address and proves who asks by the secret key, so that it answers with what it saw. What
visitors could make it believe is tried with headers of our own, and addresses that belong to nobody.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from fwsite.ops.doctor.finding import Finding, advice, or_fine, wrong
from fwsite.web import echo
from fwsite.web.headers import POLICY

AREA = "from outside"
_PATIENCE = 10
_NOBODY = "192.0.2.77"
"""An address for documentation: no visitor has it."""
_FORGED = {
    "X-Forwarded-For": _NOBODY,
    "X-Real-IP": _NOBODY,
    "Forwarded": f"for={_NOBODY}",
    "X-Forwarded-Host": "forged.example",
}


class _Stay(HTTPRedirectHandler):
    """The question goes to the address that was given and to no other, which would learn the proof."""

    def redirect_request(self, *_: Any) -> None:
        return None


def look(url: str, secret: str) -> list[Finding]:
    """What is wrong between a visitor and the site at ``url``."""
    root = url.rstrip("/")
    try:
        seen = _asked(root, secret, {})
        forged = _asked(root, secret, _FORGED)
        headers = _headers(root)
    except HTTPError as error:
        return [
            wrong(AREA, f"{root}/healthz answers with {error.code}", "let the proxy pass on every path of the site")
        ]
    except (URLError, OSError) as error:
        why = getattr(error, "reason", error)
        return [
            wrong(AREA, f"{root} does not answer: {why}", "see that site and proxy are running, and the name is right")
        ]
    if seen is None or forged is None:
        return [
            wrong(
                AREA,
                f"{root}/healthz is answered by something that does not know this site's secret key",
                "see that the address is that of this site, that the proxy passes on X-Fwsite-Doctor, and that the "
                "clocks agree",
            )
        ]
    found = [*_who(root, seen), *_forgeries(forged), *_policy(root, headers)]
    return or_fine(AREA, found, f"{root} is seen as {seen['scheme']}://{seen['host']}, asked by {seen['address']}")


def _asked(root: str, secret: str, more: dict[str, str]) -> dict[str, Any] | None:
    asked = Request(f"{root}/healthz", headers={echo.HEADER: echo.question(secret), **more})  # noqa: S310
    with build_opener(_Stay()).open(asked, timeout=_PATIENCE) as response:
        try:
            answer = json.loads(response.read(10_000))
        except ValueError:
            return None
    return answer if isinstance(answer, dict) and {"scheme", "host", "address"} <= set(answer) else None


def _headers(root: str) -> dict[str, str]:
    with build_opener(_Stay()).open(f"{root}/robots.txt", timeout=_PATIENCE) as response:
        return {name.lower(): value for name, value in response.headers.items()}


def _who(root: str, seen: dict[str, Any]) -> Iterator[Finding]:
    asked = urlsplit(root)
    if seen["scheme"] != asked.scheme:
        yield wrong(
            AREA,
            f"asked by {asked.scheme}, the site sees {seen['scheme']}",
            "let the proxy set X-Forwarded-Proto, and name its address in TRUSTED_PROXIES",
        )
    if seen["host"].lower() != asked.netloc.lower():
        yield wrong(
            AREA, f"asked as {asked.netloc}, the site sees {seen['host']}", "let the proxy pass on the Host header"
        )
    if not _is_local(asked.hostname or "") and _is_local(seen["address"]):
        yield wrong(
            AREA,
            f"the site takes {seen['address'] or 'nobody'} for the visitor, which is a proxy of this machine",
            "let the proxy set X-Forwarded-For, and name its address in TRUSTED_PROXIES (unix for a socket file)",
        )


def _forgeries(seen: dict[str, Any]) -> Iterator[Finding]:
    if seen["address"] == _NOBODY:
        yield wrong(
            AREA,
            "visitors can choose the address that the site takes for theirs, and so get round every limit",
            "let the proxy set X-Forwarded-For instead of passing it on, and have no more in TRUSTED_PROXIES and "
            "TRUSTED_PROXY_COUNT than there are",
        )
    if seen["host"] == "forged.example":
        yield wrong(
            AREA, "visitors can choose the host name by X-Forwarded-Host", "let the proxy pass on the Host header alone"
        )


def _policy(root: str, headers: dict[str, str]) -> Iterator[Finding]:
    for name in (name.lower() for name, _ in POLICY):
        if name not in headers:
            yield wrong(AREA, f"the header {name} is lost on its way", "let the proxy pass on the site's headers")
    if root.startswith("https:") and "strict-transport-security" not in headers:
        yield advice(
            AREA,
            "browsers are not told to use https only",
            "set SITE_URL to the URL with https, or let the proxy set the header",
        )


def _is_local(host: str) -> bool:
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
