"""Extension check: everything about one extension that can be tried before visitors do, on a copy of the site.

What an author or a host reads is a line for each finding; one that is not fine says what to mend.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from flask import Flask

from fwsite.ops.schema_diff import drift
from fwsite.plugins.content import TextsContext
from fwsite.plugins.contract import Extension
from fwsite.plugins.registry import registry_of
from fwsite.plugins.site_walk import Fault, Page, SiteWalk, heard
from fwsite.plugins.state import Record, State

_FAILED = 500
_EXPORT = "comparison.data"


class Finding(NamedTuple):
    """One line of the check."""

    is_fine: bool
    text: str

    def __str__(self) -> str:
        return f"{'ok' if self.is_fine else 'FAILED':<7} {self.text}"


def findings(app: Flask, record: Record) -> Iterator[Finding]:
    """What there is to say of the extension, in the order in which an author mends it."""
    if record.state is not State.ACTIVE:
        yield Finding(False, f"{record.name} is {record.state}: {record.reason}")
        return
    extension = next(each for each in registry_of(app).extensions if each.name == record.name)
    parts = ["is imported", "keeps the contract"]
    parts += ["its tables are up to date"] if extension.migrations else []
    yield Finding(True, f"{record.name} {record.version} {_listed(parts)}")
    with app.app_context():
        missing = drift(record.name)
    if missing:
        yield Finding(
            False, f"its tables are not what its models say: write a migration that does {', '.join(missing)}"
        )
    paths = _own_paths(app, extension)
    yield from (_opened(app, record.name, path) for path in paths)
    yield from _content_findings(app, record.name)
    yield from _walk_findings(app, record.name, paths)


def _listed(parts: list[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)}{',' if len(most) > 1 else ''} and {last}"


def _host(app: Flask) -> str:
    return str((app.config["TRUSTED_HOSTS"] or ["localhost"])[0]).lstrip(".")


def _own_paths(app: Flask, extension: Extension) -> list[str]:
    """Each of its pages that takes no arguments, and each of its exports."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.partition(".")[0] == extension.name]
    paths = [rule.rule for rule in rules if "GET" in (rule.methods or ()) and not rule.arguments]
    if _EXPORT in app.view_functions:
        address = app.url_map.bind(_host(app))
        paths += [address.build(_EXPORT, {"format": export.format}) for export in extension.exports]
    return paths


def _opened(app: Flask, name: str, path: str) -> Finding:
    """What the page answers a visitor who is not signed in."""
    with heard(name) as faults:
        response = app.test_client().get(path, base_url=f"http://{_host(app)}")
        response.close()
    is_fine = response.status_code < _FAILED
    cause = next((f": {fault.cause or fault.text}" for fault in _worst_first(faults) if not is_fine), "")
    return Finding(is_fine, f"{path} answers {response.status}{cause}")


def _worst_first(faults: list[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: not fault.ends_the_page)


def _walk_findings(app: Flask, name: str, opened: list[str]) -> Iterator[Finding]:
    """What it adds to the site's pages, and those of its own that take arguments, where a page leads to them."""
    with heard(name) as faults:
        walk = SiteWalk(app, name, [app.test_client()], _host(app))
        pages, all_fine, failing, quiet = 0, True, dict[tuple[str, str], list[Page]](), Counter[str]()
        for page in walk:
            pages += 1
            all_fine = all_fine and page.status < _FAILED
            if page.status >= _FAILED and page.path not in opened:
                cause = next((fault.cause for fault in _worst_first(faults)), "")
                failing.setdefault((page.rule, cause), []).append(page)
            quiet.update({str(fault) for fault in faults if not fault.ends_the_page})
            faults.clear()
    for (rule, cause), same in failing.items():
        place = f"{rule} ({len(same)} addresses)" if len(same) > 1 else same[0].path
        yield Finding(False, f"{place}: {cause}" if cause else f"{place} answers with an error")
    for text, times in quiet.items():
        yield Finding(False, f"{text} (on {times} pages)" if times > 1 else text)
    limit = f"; {walk.left_out} more of the same kinds were not opened" if walk.left_out else ""
    if not all_fine or quiet:
        yield from [Finding(True, f"{pages} pages were opened{limit}")] if limit else []
    else:
        yield Finding(True, f"{pages} pages of the site were opened, and what it adds fails on none{limit}")


def _content_findings(app: Flask, name: str) -> Iterator[Finding]:
    """What it says is wrong with content, and what is wrong with how it says what there is."""
    with heard(name) as faults, app.test_request_context(base_url=f"http://{_host(app)}"):
        problems = registry_of(app).content_problems(of=name)
    if not faults:  # otherwise the one problem is that it could not look
        yield from (Finding(problem.is_note, str(problem)) for problem in problems)
    with heard(name) as others, app.test_request_context(base_url=f"http://{_host(app)}"):
        registry_of(app).texts(TextsContext(), of=name)
    yield from (Finding(False, str(fault)) for fault in (*faults, *others))
