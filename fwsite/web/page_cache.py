"""Pages for everybody, kept whole and answered before Flask is asked.

A page is kept under its scheme, host, path and encoding, and counts as long as what it was made from is the same: the
content version, the host's files, and the day. Only views under :func:`whole_page` are kept.
"""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Request, Response, current_app, g, request

from fwsite.instance import Instance
from fwsite.markup import FOR_EVERYBODY
from fwsite.plugins.registry import registry_of
from fwsite.web.alike import OF_THE_ONE_ANSWER, FormsAlike
from fwsite.web.compression import encoding_for
from fwsite.web.donut_cache import Gap, PageWithGaps
from fwsite.web.environ import ENDPOINT, address_of

if TYPE_CHECKING:
    from fwsite.db.content_version import ContentVersion

_View = TypeVar("_View", bound=Callable[..., Any])
State = tuple[Any, ...]
"""What tells what pages are made from; equal as long as nothing has changed."""
_SECONDS_OF_A_DAY = 86_400
_OVERHEAD = 2_000
"""Bytes that a kept page takes beside its body, about."""
LOOK_EVERY = 0.2
"""Seconds between two looks at the host's files: nobody saves one and loads its page sooner. With very many of them it
is longer, as ..."""
OF_THE_TIME = 20
"""... of the time, one part in so many may go into looking at them."""
_OF_THE_BODY = frozenset({"content-type", "content-length", "content-encoding"})
"""Headers that an answer without a body does without."""
_STATE, _TURN, _ARGS_READ = "fwsite.page_state", "fwsite.page_turn", "fwsite.args_read"
_FILES = "fwsite.files"
_PATIENCE = 2.0
"""Seconds; more than making a page takes."""
_MOST_WITH_GAPS = 32
"""Pages with gaps that are kept at most."""


@dataclass(slots=True)
class _Page:
    state: State
    endpoint: str
    reads: frozenset[str]
    headers: list[tuple[str, str]]
    etag: str
    body: bytes
    was_asked: bool = False

    @property
    def size(self) -> int:
        return len(self.body) + _OVERHEAD

    def is_asked_for_more(self, query: str) -> bool:
        """Whether the query has a name that the page reads; any other query changes nothing."""
        if not query or not self.reads:
            return False
        try:
            return any(name in self.reads for name, _ in parse_qsl(query, keep_blank_values=True, max_num_fields=20))
        except ValueError:
            return True


class PageRequest(Request):
    """Flask's request, which notes that somebody looks at the query: the page may depend on it then."""

    @property
    def args(self) -> Any:  # not cached here: every look counts
        self.environ[_ARGS_READ] = True
        return super().args


class Files:
    """The state of every file below some folders. With many files it is looked at less often."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        self._state: State = ()
        self._next = 0.0

    def state(self) -> State:
        """Names, times and sizes; as they are, or as they were a moment ago."""
        now = time.monotonic()
        if now >= self._next:
            found = tuple(state for folder in self._folders for state in _states(str(folder)))
            if found != self._state:  # the same object is compared in no time
                self._state = found
            after = time.monotonic()
            self._next = after + max(LOOK_EVERY, OF_THE_TIME * (after - now))
        return self._state


def _states(folder: str) -> Iterator[tuple[str, int, int, int]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir():
                    yield from _states(entry.path)
                else:
                    status = entry.stat()
                    yield entry.path, status.st_mtime_ns, status.st_size, status.st_ino
    except OSError:  # not there, or gone meanwhile
        return


class PageCache:
    """WSGI middleware that answers from kept pages; at most ``most`` bytes of them, the least wanted go first."""

    def __init__(self, site: Flask, version: ContentVersion, files: Files, most: int):
        self._site = site
        self._app: WSGIApplication = site.wsgi_app
        self._registry = registry_of(site)
        self._version = version
        self._files = files
        self._most = most
        self._pages: OrderedDict[tuple[str, ...], _Page] = OrderedDict()
        self._size = 0
        self._newest: State | None = None
        self._storing = threading.Lock()
        self._with_gaps: dict[tuple[str, ...], PageWithGaps] = {}
        self.forms = FormsAlike(site, self._app)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or self._registry.pending:
            return self.forms(environ, start_response)
        state = self._state()
        if state is None:
            return self._app(environ, start_response)
        page = self._pages.get(_key(environ))
        if page is not None and page.state == state and not page.is_asked_for_more(environ["QUERY_STRING"]):
            return _answer(page, environ, start_response)
        environ[_STATE] = state
        if (gapped := self.with_gaps(environ)) is not None:
            return self._filled(gapped, environ, start_response)
        try:
            return self._app(environ, start_response)
        finally:
            if environ.pop(_TURN, False):
                _making.release()

    def _state(self) -> State | None:
        number = self._version.current()
        if number is None:
            return None
        state = (number, int(time.time()) // _SECONDS_OF_A_DAY, self._files.state())
        self._newest = state
        return state

    def fresh(self, environ: WSGIEnvironment) -> _Page | None:
        """The kept page, where it is as new as the request; none where that asks for more."""
        page = self._pages.get(_key(environ))
        if page is None or page.state != environ.get(_STATE) or page.is_asked_for_more(environ["QUERY_STRING"]):
            return None
        return page

    def keep(self, environ: WSGIEnvironment, response: Response, reads: frozenset[str]) -> None:
        """Keep the page that answers the request, as it stands."""
        state = environ.get(_STATE)
        if state is None or state != self._newest:  # changed while it was made
            return
        headers = response.get_wsgi_headers(environ).to_wsgi_list()
        etag = response.headers.get("ETag", "")
        page = _Page(state, request.endpoint or "", reads, headers, etag, response.get_data())
        if page.size > self._most // 4:
            return
        key = _key(environ)
        with self._storing:
            before = self._pages.pop(key, None)
            self._size += page.size - (before.size if before else 0)
            self._pages[key] = page
            while self._size > self._most:
                self._drop_one()

    def with_gaps(self, environ: WSGIEnvironment) -> PageWithGaps | None:
        """The kept page with gaps that the request asks for; none where it comes with a query."""
        page = self._with_gaps.get(address_of(environ)) if not environ["QUERY_STRING"] else None
        return page if page is not None and page.state == environ.get(_STATE) else None

    def keep_with_gaps(self, environ: WSGIEnvironment, response: Response, filled: dict[str, Gap]) -> None:
        """Keep the page that answers the request, but for what stands in its gaps."""
        state = environ.get(_STATE)
        if state is None or state != self._newest:  # changed while it was made
            return
        headers = [each for each in response.headers if each[0].lower() not in OF_THE_ONE_ANSWER]
        if len(self._with_gaps) >= _MOST_WITH_GAPS:
            self._with_gaps.clear()
        page = PageWithGaps.made(state, request.endpoint or "", headers, response.get_data(as_text=True), filled)
        self._with_gaps[address_of(environ)] = page

    def _filled(self, page: PageWithGaps, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Within the request's context and with its session, as gaps look at them; but without a view or templates."""
        environ[ENDPOINT] = page.endpoint
        with self._site.request_context(environ):
            headers, body = page.filled(environ.get("HTTP_ACCEPT_ENCODING", ""))
            headers += self._of_session()
        start_response("200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _of_session(self) -> list[tuple[str, str]]:
        """The headers that the session adds to an answer."""
        response = Response()
        self._site.session_interface.save_session(self._site, g.session_opened, response)
        return [each for each in response.headers if each[0] in ("Set-Cookie", "Vary")]

    def _drop_one(self) -> None:
        """The oldest one that is out of date, or that nobody has asked for since it was the oldest the last time."""
        while True:
            key, page = self._pages.popitem(last=False)
            if not page.was_asked or page.state != self._newest:
                self._size -= page.size
                return
            page.was_asked = False
            self._pages[key] = page


def _key(environ: WSGIEnvironment) -> tuple[str, ...]:
    return (*address_of(environ), encoding_for(environ.get("HTTP_ACCEPT_ENCODING", "")) or "")


def _answer(page: _Page, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    page.was_asked = True
    environ[ENDPOINT] = page.endpoint
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known and page.etag and (page.etag in _tags(known) or known.strip() == "*"):
        start_response("304 NOT MODIFIED", [each for each in page.headers if each[0].lower() not in _OF_THE_BODY])
        return []
    start_response("200 OK", page.headers.copy())
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [page.body]


def _tags(known: str) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in known.split(",")]


_making = threading.Lock()


def _take_turn(environ: WSGIEnvironment) -> None:
    """Let this request alone make a page, until it is kept. Another one may have made it by then.

    At a cold start everybody asks for pages that have to be made. Threads that make them side by side are no faster,
    and each takes its memory; one that takes long, as it waits for the database, holds up nobody.
    """
    if environ.get(_STATE) is None or environ.get(_TURN):  # nothing will be kept; or it has the turn already
        return
    environ[_TURN] = _making.acquire(timeout=_PATIENCE)


def _made_meanwhile() -> Response | None:
    cache = _cache()
    page = cache.fresh(request.environ) if cache is not None else None
    return None if page is None else Response(page.body, headers=page.headers)


@overload
def whole_page(view: _View) -> _View: ...
@overload
def whole_page(*, reads: Iterable[str] = ()) -> Callable[[_View], _View]: ...
def whole_page(view: _View | None = None, *, reads: Iterable[str] = ()) -> _View | Callable[[_View], _View]:
    """For a view whose page is the same for everybody, made from nothing but the content of the database, the host's
    articles and pictures, and the settings: it is kept whole until one of them changes.

    ``reads`` names what the page takes from the query; with any of these it is made anew each time. A page that looked
    at the session, or at the query without saying so here, is not kept. It goes below the route's own decorator.
    """
    names = frozenset(reads)

    def mark(view: _View) -> _View:
        @wraps(view)
        def marked(*args: Any, **values: Any) -> Any:
            g.whole_page = names
            setattr(g, FOR_EVERYBODY, True)
            _take_turn(request.environ)
            made = _made_meanwhile()
            return view(*args, **values) if made is None else made

        return marked  # type: ignore[return-value]

    return mark if view is None else mark(view)


def kept_around(make: Callable[..., str], *gaps: Gap) -> str | Response:
    """A page that is the same for everybody but for its gaps, such as the tokens of a form.

    ``make`` renders it, and is given the text of each gap: what the functions in ``gaps`` give. What stands around them
    is kept, as with :func:`whole_page`, unless something but these looked at the session or at the query meanwhile.
    From then on only the functions are called for each visitor, with the request's context but instead of its view. The
    text of a gap must look like nothing else on the page, and be shorter than 64 KiB.
    """
    environ, cache = request.environ, _cache()
    _take_turn(environ)
    if cache is not None and (kept := cache.with_gaps(environ)) is not None:
        headers, body = kept.filled(environ.get("HTTP_ACCEPT_ENCODING", ""))
        return Response(body, headers=headers)
    texts = [gap() for gap in gaps]
    session, environ[_ARGS_READ] = g.session_opened, False
    was_used, session.accessed = session.accessed, False
    setattr(g, FOR_EVERYBODY, True)
    page = make(*texts)
    if not session.accessed and not environ[_ARGS_READ] and not g.get("is_incomplete"):
        g.filled_gaps = dict(zip(texts, gaps, strict=True))
    session.accessed = was_used or session.accessed
    return page


def keep_around_gaps(response: Response) -> None:
    """Keep the page where :func:`kept_around` has made it; to be called before it is compressed."""
    filled, cache = g.pop("filled_gaps", None), _cache()
    if filled is not None and cache is not None and response.status_code == 200 and not response.is_streamed:
        cache.keep_with_gaps(request.environ, response, filled)


def files_state() -> State:
    """What tells one state of the host's articles and pictures from another; up to a fifth of a second old."""
    files: Files = current_app.extensions[_FILES]
    return files.state()


def _cache() -> PageCache | None:
    found: PageCache | None = current_app.extensions.get("fwsite.web.page_cache")
    return found


def may_be_kept(response: Response) -> bool:
    """Whether the page that answers this request will be asked for again as it is."""
    reads: frozenset[str] | None = g.get("whole_page")
    if reads is None or request.method != "GET" or response.status_code != 200 or not response.cache_control.public:
        return False
    if g.get("is_incomplete") or response.is_streamed:
        return False
    return not request.environ.get(_ARGS_READ) or (bool(reads) and reads.isdisjoint(request.args))


def keep(response: Response) -> Response:
    """Keep the page where that is allowed; to run when it is whole, before it is compared with what a visitor has."""
    request.environ[ENDPOINT] = request.endpoint
    cache = _cache()
    if cache is None:
        return response
    if may_be_kept(response):
        cache.keep(request.environ, response, g.whole_page)
    else:
        cache.forms.keep(response)
    return response


def init_app(app: Flask) -> None:
    """Stand before Flask, unless the settings leave no room for pages."""
    app.request_class = PageRequest
    instance = Instance(Path(app.instance_path))
    files = app.extensions[_FILES] = Files(instance.articles, instance.media)
    most = app.config["PAGE_CACHE_BYTES"]
    if not most:
        return
    cache = PageCache(app, app.extensions["fwsite.db.content_version"], files, most)
    app.extensions["fwsite.web.page_cache"] = cache
    app.wsgi_app = cache  # type: ignore[method-assign]
