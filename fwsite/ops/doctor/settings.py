"""Settings check: those that are each allowed, and do not fit together."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from werkzeug.sansio.utils import host_is_trusted

from fwsite.ops.doctor.finding import Finding, advice, or_fine, wrong

AREA = "settings"


def look(config: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with settings as they are in force."""
    return or_fine(AREA, list(_faults(config)), "they can be read, and fit together")


def _faults(config: Mapping[str, Any]) -> Iterator[Finding]:
    site, proxies = urlsplit(config["SITE_URL"]), config["TRUSTED_PROXIES"]
    host = site.hostname or ""
    if not host and (proxies or not _is_this_machine(config["HOST"])):
        yield wrong(
            AREA,
            "SITE_URL is empty, and the site is reached from other machines: it answers to any host name, and makes "
            "the links of feed and sitemap from it",
            "set SITE_URL to the public URL",
        )
    if site.scheme == "http" and not _is_this_machine(host):
        yield advice(
            AREA,
            "SITE_URL begins with http: cookies are sent unencrypted, for everybody to read",
            "use https, and put it into SITE_URL",
        )
    if site.scheme == "https" and not proxies:
        yield advice(
            AREA,
            "SITE_URL begins with https and TRUSTED_PROXIES is empty: behind the proxy all visitors have one address, "
            "and are slowed down together when they sign in",
            "set TRUSTED_PROXIES to the proxy's address",
        )
    if host and config["TRUSTED_HOSTS"] and not host_is_trusted(host, config["TRUSTED_HOSTS"]):
        yield wrong(
            AREA,
            f"TRUSTED_HOSTS leaves out {host}, the host of SITE_URL: the site does not answer at its public URL",
            f"add {host} to TRUSTED_HOSTS, or leave TRUSTED_HOSTS empty",
        )


def _is_this_machine(host: str) -> bool:
    if host.startswith("unix:") or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
