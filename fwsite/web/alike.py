"""Answers to forms that are alike but for one text, such as the address of what was stored.

The first one is made as usual. After that a form that is as it should be is answered before Flask's dispatch, with its
token checked all the same; whatever else is sent goes the usual way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, g, request
from werkzeug.wrappers import Response as AnyResponse

from fwsite.plugins.registry import registry_of
from fwsite.web.environ import ENDPOINT, address_of
from fwsite.web.sessions import is_visitors_own

Fields = dict[str, list[str]]
"""What was sent: the values of each field."""
Read = Callable[[Fields], Any]
"""Reads a form; gives none where it is not as it should be."""
Finish = Callable[[Sequence[Any]], Sequence[str | None]]
"""Does what several forms ask for, and gives the text for the answer to each; none where the view has to say it."""


_LONGEST_FORM, _MOST_FIELDS = 1 << 16, 1000
"""Bytes and fields; a form with more of them goes the usual way, ..."""
_FORM_TYPE = "application/x-www-form-urlencoded"
"""... and one of another type."""
_MOST = 32
"""Addresses whose answers are kept."""
OF_THE_ONE_ANSWER = frozenset({"content-length", "set-cookie"})
"""Headers that others do not get."""
_FORM, _NAME = "fwsite.form", "fwsite.forms_alike"


@dataclass(frozen=True, slots=True)
class Alike:
    """The answer to a form, but for its text."""

    endpoint: str
    status: str
    headers: tuple[tuple[str, str], ...]
    """Those without the text in them."""
    around: tuple[tuple[str, tuple[str, ...]], ...]
    """The others, and what stands around it there."""
    body: tuple[bytes, ...]
    """What stands around it in the body."""
    read: Read
    finish: Finish

    @classmethod
    def made(
        cls,
        endpoint: str,
        status: str,
        headers: Iterable[tuple[str, str]],
        body: bytes,
        text: str,
        read: Read,
        finish: Finish,
    ) -> Alike:
        """From the answer to somebody, with the text that was theirs."""
        known = list(headers)
        without = tuple(each for each in known if text not in each[1])
        around = tuple((name, tuple(value.split(text))) for name, value in known if text in value)
        return cls(endpoint, status, without, around, tuple(body.split(text.encode())), read, finish)

    def with_text(self, text: str) -> tuple[list[tuple[str, str]], bytes]:
        """Headers and body for somebody else."""
        body = text.encode().join(self.body)
        headers = [*self.headers, *((name, text.join(parts)) for name, parts in self.around)]
        headers.append(("Content-Length", str(len(body))))
        return headers, body


class _Form:
    """A form that was sent, and what comes of it."""

    def __init__(self, alike: Alike) -> None:
        self.alike = alike
        self.content: Any = None
        self.text: str | None = None

    def read(self, site: Flask, environ: WSGIEnvironment) -> None:
        """Within the application's context. Where its token is not its visitor's, nothing was read."""
        body = environ["wsgi.input"].getvalue().decode("ascii")
        fields: dict[str, list[str]] = {}
        for name, value in parse_qsl(body, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS):
            fields.setdefault(name, []).append(value)
        if is_visitors_own(site, environ, fields):
            self.content = self.alike.read(fields)


class FormsAlike:
    """WSGI application: answers forms that are as they should be, and leaves everything else to ``usual``."""

    def __init__(self, site: Flask, usual: WSGIApplication) -> None:
        self._site, self._usual = site, usual
        self._registry = registry_of(site)
        self._alike: dict[tuple[str, ...], Alike] = {}
        site.extensions[_NAME] = self

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if _FORM not in environ and self._is_form(environ):
            self._handle([environ])
        form: _Form | None = environ.get(_FORM)
        if form is None:
            return self._usual(environ, start_response)
        if form.text is None:
            environ["wsgi.input"].seek(0)
            return self._usual(environ, start_response)
        environ[ENDPOINT] = form.alike.endpoint
        headers, body = form.alike.with_text(form.text)
        start_response(form.alike.status, headers)
        return [body]

    def may_handle(self, path: str) -> bool:
        """Whether forms that are sent to this path may be handled here."""
        return any(path == address[-1] for address in list(self._alike))

    def handle(self, environs: Iterable[WSGIEnvironment]) -> None:
        """Handle together what these ask for, before any of them is answered: calling this with each will find it done.

        Whatever fails is left to the view, which knows what to say.
        """
        self._handle(filter(self._is_form, environs))

    def _handle(self, environs: Iterable[WSGIEnvironment]) -> None:
        by_finish: dict[Finish, list[_Form]] = {}
        with self._site.app_context():
            for environ in environs:
                form: _Form = environ[_FORM]
                with suppress(Exception):
                    form.read(self._site, environ)
                if form.content is not None:
                    by_finish.setdefault(form.alike.finish, []).append(form)
            for finish, read in by_finish.items():
                with suppress(Exception):
                    texts = finish([form.content for form in read])
                    for form, text in zip(read, texts, strict=True):
                        form.text = text

    def _is_form(self, environ: WSGIEnvironment) -> bool:
        """Whether it may be like others; then the environment says which."""
        alike = self._alike.get(address_of(environ)) if environ["REQUEST_METHOD"] == "POST" else None
        if alike is None or environ["QUERY_STRING"] or self._registry.pending or not _read_first(environ):
            return False
        environ[_FORM] = _Form(alike)
        return True

    def keep(self, response: Response) -> None:
        """Keep the answer to a form, where its view has said that it is like others; to be called when it is whole."""
        text, *handled = g.pop("alike", (None,))
        if text is None or request.args:
            return
        headers = response.get_wsgi_headers(request.environ).to_wsgi_list()
        kept = [each for each in headers if each[0].lower() not in OF_THE_ONE_ANSWER]
        kept.append(("Vary", "Cookie"))  # comes when the session is saved, after this
        if len(self._alike) >= _MOST:
            self._alike.clear()
        made = Alike.made(request.endpoint or "", response.status, kept, response.get_data(), text, *handled)
        self._alike[address_of(request.environ)] = made


def forms_alike(app: Flask) -> FormsAlike | None:
    """What answers such forms for the site; none where nothing stands before Flask."""
    found: FormsAlike | None = app.extensions.get(_NAME)
    return found


def was_handled(environ: WSGIEnvironment) -> bool:
    """Whether it was found among what :meth:`FormsAlike.handle` was given, and needs no view."""
    form: _Form | None = environ.get(_FORM)
    return form is not None and form.text is not None


def _read_first(environ: WSGIEnvironment) -> bool:
    """Read what was sent, so that it can be read twice; false where it is too long for a form, or none at all."""
    length = environ.get("CONTENT_LENGTH") or ""
    if environ.get("CONTENT_TYPE") != _FORM_TYPE or not length.isdecimal() or int(length) > _LONGEST_FORM:
        return False
    environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(int(length)))
    return True


def answered_alike(response: AnyResponse, text: str, read: Read, finish: Finish) -> AnyResponse:
    """The answer to a form, which all answers of its view are like but for ``text``, such as the token in its address.

    From then on the fields of a form that is sent to that address are given to ``read`` first, after its token was
    checked, in the application's context but without a request. Where the form is as it should be it gives something
    else than none; ``finish`` gets what it gave for several forms that came at the same time. It does for each what the
    view would do, and gives the text for its answer. Where either gives none the view is called; where one raises
    something, too, so it must do no harm to do it twice. A view that answers so must not change the session.
    """
    g.alike = text, read, finish
    return response
