"""Fault log: what extensions do wrong, one line for each fault of a page however often it happens there.

A slot of each claim is called hundreds of times for one page, and its log is for people.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import has_request_context, request

log = logging.getLogger(__name__)
NEXT = "correct or upgrade it, or name it in EXTENSIONS_DISABLED"
"""What a host does about an extension that fails."""
ONCE = "fault_once"
"""Where a record of the log has its text without the number of times, for who counts pages."""
_KEY = "fwsite.extension_faults"


@dataclass
class _Fault:
    text: str
    error: BaseException | None
    times: int = 0

    def write(self) -> None:
        times = f", {self.times} times on this page" if self.times > 1 else ""
        once = f"{self.text}; {NEXT}"
        log.error("%s%s; %s", self.text, times, NEXT, exc_info=self.error, extra={ONCE: once})


def note(name: str, what: str, does: str, error: BaseException | None = None, *, kind: str = "") -> None:
    """Log that ``what`` of the extension ``name`` does that; in a request when it ends, with the number of times.

    Faults of one ``kind`` are one, told by the first of them; without it, those with the same words.
    """
    fault = _Fault(f"extension {name}: {what} {does}", error)
    if not has_request_context():
        fault.write()
        return
    faults: dict[tuple[str, str, str], _Fault] = request.environ.setdefault(_KEY, {})
    faults.setdefault((name, what, kind or does), fault).times += 1


def write(_error: BaseException | None = None) -> None:
    """Log what was noted in the request that ends."""
    for fault in request.environ.pop(_KEY, {}).values():
        fault.write()
