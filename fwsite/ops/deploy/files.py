"""Deployment templates, rendered."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from fwsite.ops.deploy import quoting
from fwsite.ops.deploy.plan import Plan
from fwsite.web.compression import ENCODINGS
from fwsite.web.headers import ONE_YEAR, POLICY
from fwsite.web.shell import ERRORS

FILES = {
    name: f"{name.removeprefix('.')}.j2"
    for name in (
        "README.md",
        "fwsite.service",
        "fwsite-daily.service",
        "fwsite-daily.timer",
        "nginx.conf",
        "Dockerfile",
        ".dockerignore",
    )
}
"""Each file's name -> its template."""
_AWAY = (
    "The site cannot be reached",
    "If you were sending a form, it may not have been stored. Go back: what you typed is still there. Send it again "
    "in a minute; what did arrive the first time is not stored twice.",
)
_PAGES = (
    ("413", 413, *ERRORS[413]),
    ("429", 429, "Too much at once", "Too many requests came from your network at once. Please try again in a minute."),
    ("502 504", 503, *_AWAY),
)
"""Statuses that nginx itself has reason for, the one it answers with, heading and sentence."""
_PAGE = (
    '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{heading} – {title}</title>'
    '<meta name="viewport" content="width=device-width"></head>\n'
    '<body><main>\n<h1>{heading}</h1>\n<p>{sentence}</p>\n<p><a href="/">{title}</a></p>\n</main></body>\n</html>\n'
)


def rendered(plan: Plan) -> dict[str, str]:
    """Each file's text by its name. Raises :class:`quoting.NotSayable` for what one of them cannot hold."""
    environment = _environment(plan)
    return {name: environment.get_template(template).render() for name, template in FILES.items()}


def _environment(plan: Plan) -> Environment:
    environment = Environment(  # noqa: S701 - none of these is HTML
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    for how in (quoting.systemd, quoting.systemd_text, quoting.docker, quoting.shell, quoting.code):
        environment.filters[how.__name__] = how
    environment.filters["nginx"] = quoting.nginx
    unit = plan.unit
    environment.globals.update(
        title=quoting.comment(plan.title),
        max_body_bytes=plan.max_body_bytes,
        unit=unit,
        writable=list(unit.writable),
        front=plan.front,
        pages=[(statuses, code, _page(plan.title, heading, text)) for statuses, code, heading, text in _PAGES],
        port=plan.port,
        container={**unit.environment, **_container(plan.port)},
        left_out=plan.left_out,
        advice=plan.advice,
        encodings=ENCODINGS,
        policy={**dict(POLICY), "Referrer-Policy": "no-referrer"}.items(),  # a result's address may be what failed
        one_year=ONE_YEAR,
        command=lambda *words: quoting.systemd_command(unit.program, "--instance", unit.instance, *words),
        dated_backup=_dated_backup(plan),
    )
    return environment


def _container(port: int) -> dict[str, str]:
    """What a container's own address and folder are, whatever the host's."""
    return {"FWSITE_INSTANCE": "/data", "FWSITE_HOST": "0.0.0.0", "FWSITE_PORT": str(port)}  # noqa: S104 - inside of it


def _dated_backup(plan: Plan) -> str:
    """The paths are given as arguments, so that the shell takes them as they are."""
    script = 'exec "$0" --instance "$1" backup --force "$2/fwsite-$(date +%u).zip"'
    unit = plan.unit
    return quoting.systemd_command("/bin/sh", "-c", script, unit.program, unit.instance, unit.backups)


def _page(title: str, heading: str, sentence: str) -> str:
    """A whole page as one word of nginx' configuration, which may have line breaks."""
    parts = {"title": title, "heading": heading, "sentence": sentence}
    text = _PAGE.format(**{name: quoting.html_for_nginx(part) for name, part in parts.items()})
    return "'" + text.replace("'", "&#39;") + "'"
