"""Page cache: pages for everybody, kept whole and answered before Flask is asked.

A page is kept under its scheme, host, path, encoding, and what it reads of the query. It counts as long as what it was
made from is the same: the content version, the numbers of the cache tags that it carries, the host's files, and the
day. Only views under :func:`whole_page`, and what :func:`kept_around` makes, are kept; never a page that was made for
one visitor, see :meth:`PageCache.may_keep`. Both halves are in here: reading, as WSGI middleware, and writing, as steps
at the end of a request.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast, overload
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, current_app, g, request

from fwsite.db.cache_tags import CONTENT, carried_tags
from fwsite.plugins.registry import registry_of
from fwsite.web.compression import encoding_for
from fwsite.web.donut_cache import Donut, Hole
from fwsite.web.environ import ENDPOINT, address_of
from fwsite.web.file_state import Files, files_of
from fwsite.web.page_state import State
from fwsite.web.page_store import Page, PageStore, is_all_of_query, is_of_query
from fwsite.web.vary import TrackingRequest

if TYPE_CHECKING:
    from fwsite.db.content_version import ContentVersion

_View = TypeVar("_View", bound=Callable[..., Any])
_SECONDS_OF_A_DAY = 86_400
_OF_THE_BODY = frozenset({"content-type", "content-length", "content-encoding"})
"""Headers that an answer without a body does without."""
_OF_THE_ONE_ANSWER = frozenset({"content-length", "set-cookie"})
"""Headers that others do not get."""
_STATE, _TURN, _CACHE = "fwsite.page_state", "fwsite.page_turn", "fwsite.page_cache"
_PATIENCE = 2.0
"""Seconds; more than making a page takes."""
_SHARE = 4
"""A quarter of the room is for pages of a query: whoever makes up queries pushes out no others. One is for donuts."""


class PageCache:
    """WSGI middleware that answers from kept pages; at most ``most`` bytes of them, the least wanted go first.

    Pages that were made for a query, such as a comparison of two frameworks, are kept apart, under the whole query.
    """

    def __init__(self, site: Flask, inner: WSGIApplication, version: ContentVersion, files: Files, most: int):
        self._site = site
        self._app = inner
        self._registry = registry_of(site)
        self._version = version
        self._files = files
        self.queried: PageStore[Page] = PageStore(most // _SHARE)
        self.donuts: PageStore[Donut] = PageStore(most // _SHARE)
        self.pages: PageStore[Page] = PageStore(most - 2 * (most // _SHARE))
        self._newest: State | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or self._registry.pending:
            return self._app(environ, start_response)
        state = self._state()
        if state is None:
            return self._app(environ, start_response)
        environ[_STATE] = state
        if (donut := self.donut(environ)) is not None:
            return self._filled(donut, environ, start_response)
        if (page := self.fresh(environ)) is not None:
            return _answer(page, environ, start_response)
        try:
            return self._app(environ, start_response)
        finally:
            if environ.pop(_TURN, False):
                _making.release()

    def _state(self) -> State | None:
        numbers = self._version.current()
        if numbers is None:
            return None
        state = State((numbers[CONTENT], int(time.time()) // _SECONDS_OF_A_DAY, self._files.state()), numbers)
        self._newest = state
        return state

    def fresh(self, environ: WSGIEnvironment) -> Page | None:
        """The kept page, where it is as new as the request: the one of its query, or else the one without a query,
        unless that reads something of it.
        """
        key, query = _key(environ), environ["QUERY_STRING"]
        page = self.pages.get(key)
        if page is None or is_of_query(query, page.reads):
            page = self.queried.get((*key, query)) if query else None
        return page if page is not None and page.state.counts_at(environ.get(_STATE)) else None

    def may_keep(self, response: Response) -> bool:
        """Whether the page that answers this request may be given to others.

        Never where it sets a cookie, or lacks what failed; where its view looked at anything of the visitor but the
        query, or used the session; or where hooks of its blueprint would not run for the next one.
        """
        reads: frozenset[str] | None = g.get("whole_page")
        if reads is None or not (response.cache_control.public or _is_at_secret_address(response)):
            return False
        return _is_for_everybody(response) and not _is_of_unnamed_query(reads)

    def keep(self, environ: WSGIEnvironment, response: Response) -> None:
        """Keep the page that answers the request, as it stands."""
        state = self._made_at(environ)
        if state is None:
            return
        headers = response.get_wsgi_headers(environ).to_wsgi_list()
        etag = response.headers.get("ETag", "")
        page = Page(state, request.endpoint or "", g.whole_page, headers, etag, response.get_data())
        key, query = _key(environ), environ["QUERY_STRING"]
        if is_of_query(query, page.reads):
            self.queried.put((*key, query), page, self._newest)
        else:
            self.pages.put(key, page, self._newest)

    def _made_at(self, environ: WSGIEnvironment) -> State | None:
        """What the page that answers the request was made from; none where that has changed while it was made."""
        now: State | None = environ.get(_STATE)
        if now is None:
            return None
        owner = (request.endpoint or "").partition(".")[0]
        made_at = now.of(carried_tags() | {owner})
        return made_at if made_at.counts_at(self._newest) else None

    def donut(self, environ: WSGIEnvironment) -> Donut | None:
        """The kept page with holes that the request asks for, with its whole query."""
        page = self.donuts.get((*address_of(environ), environ["QUERY_STRING"]))
        return page if page is not None and page.state.counts_at(environ.get(_STATE)) else None

    def keep_donut(self, environ: WSGIEnvironment, response: Response, filled: dict[str, Hole]) -> None:
        """Keep the page that answers the request, but for what stands in its holes."""
        state = self._made_at(environ)
        if state is None:
            return
        headers = [each for each in response.headers if each[0].lower() not in _OF_THE_ONE_ANSWER]
        page = Donut.made(state, request.endpoint or "", headers, response.get_data(as_text=True), filled)
        self.donuts.put((*address_of(environ), environ["QUERY_STRING"]), page, self._newest)

    def _filled(self, page: Donut, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Within the request's context and with its session, as holes look at it; but without a view or templates."""
        page.was_asked = True
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


def _key(environ: WSGIEnvironment) -> tuple[str, ...]:
    return (*address_of(environ), encoding_for(environ.get("HTTP_ACCEPT_ENCODING", "")) or "")


def _answer(page: Page, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
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
def whole_page(
    *, reads: Iterable[str] = (), despite_hooks: bool = False, at_secret_address: bool = False
) -> Callable[[_View], _View]: ...
def whole_page(
    view: _View | None = None,
    *,
    reads: Iterable[str] = (),
    despite_hooks: bool = False,
    at_secret_address: bool = False,
) -> _View | Callable[[_View], _View]:
    """For a view whose page is the same for everybody, made from nothing but the content of the database, the host's
    articles and pictures, and the settings: it is kept whole until one of them changes.

    ``reads`` names what the page takes from the query; with any of these it is kept for that query. A page that sets a
    cookie or looked at the session, at cookies, headers, credentials or the visitor's address, or at the query without
    saying so here, is not kept. Nor is one behind hooks of its blueprint, such as ``before_request``, which would not
    run for the next visitor; ``despite_hooks`` says that they do nothing that depends on who asks.

    ``at_secret_address`` is for a page that is the same for everybody who knows its link, and that no cache on the way
    may have: it is kept here although it says ``no-store``. Where what it shows is deleted, call
    :func:`~fwsite.extend.purge_pages`. It goes below the route's own decorator.
    """
    names = frozenset(reads)

    def mark(view: _View) -> _View:
        @wraps(view)
        def marked(*args: Any, **values: Any) -> Any:
            if _has_hooks() and not despite_hooks:
                return view(*args, **values)
            g.whole_page, g.at_secret_address = names, at_secret_address
            _take_turn(request.environ)
            made = _made_meanwhile()
            return view(*args, **values) if made is None else made

        return marked  # type: ignore[return-value]

    return mark if view is None else mark(view)


def kept_around(
    make: Callable[..., str], *holes: Hole, reads: Iterable[str] = (), despite_hooks: bool = False
) -> str | Response:
    """A page that is the same for everybody except for its holes, such as the tokens of a form.

    ``make`` renders it, and is given the text of each hole: what the functions in ``holes`` give. What is around
    them is kept, under the conditions of :func:`whole_page`; the functions, and they alone, may use the session. From
    then on only they are called for each visitor, with the request's context but instead of its view. The text of a
    hole must look like nothing else on the page. ``reads`` names what ``make`` takes from the query; with any other
    query the page is made each time.
    """
    environ, cache = request.environ, _cache()
    if cache is None or (_has_hooks() and not despite_hooks):
        return make(*[hole() for hole in holes])
    _take_turn(environ)
    if (kept := cache.donut(environ)) is not None:
        headers, body = kept.filled(environ.get("HTTP_ACCEPT_ENCODING", ""))
        return Response(body, headers=headers)
    texts = [hole() for hole in holes]
    session = g.session_opened
    was_used, session.accessed = session.accessed, False
    page = make(*texts)
    if not session.accessed and is_all_of_query(environ["QUERY_STRING"], frozenset(reads)):
        g.filled_holes = dict(zip(texts, holes, strict=True))
    session.accessed = was_used or session.accessed
    return page


def _has_hooks() -> bool:
    """Whether the blueprint of this request runs functions before or after its views."""
    app = current_app
    hooks = (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs, app.url_value_preprocessors)
    return any(functions.get(name) for name in request.blueprints for functions in hooks)


def _is_for_everybody(response: Response) -> bool:
    """Whether nothing in the answer is one visitor's own."""
    if request.method != "GET" or response.status_code != 200 or response.is_streamed or g.get("is_incomplete"):
        return False
    return not cast("TrackingRequest", request).is_personal and "Set-Cookie" not in response.headers


def _is_at_secret_address(response: Response) -> bool:
    """Whether the page is for whoever knows its address, and was made without a session."""
    session = g.get("session_opened")
    is_own = session is not None and session.accessed
    return bool(g.get("at_secret_address")) and response.cache_control.no_store is True and not is_own


def _is_of_unnamed_query(reads: frozenset[str]) -> bool:
    """Whether the page may depend on something of this query that its view has not declared; ``reads`` are the names
    that it has.
    """
    if not cast("TrackingRequest", request).asked_for_args:
        return False
    return not reads or not is_all_of_query(request.environ["QUERY_STRING"], reads)


def store_donut(response: Response) -> Response:
    """Keep what :func:`kept_around` has made; a step at the end of a request, before compression."""
    filled, cache = g.pop("filled_holes", None), _cache()
    if filled is not None and cache is not None and _is_for_everybody(response):
        cache.keep_donut(request.environ, response, filled)
    return response


def will_be_asked_again(response: Response) -> bool:
    """Whether the page that answers this request is kept, and for more than the few who ask with the same query."""
    cache = _cache()
    if cache is None or not cache.may_keep(response):
        return False
    return not is_of_query(request.environ["QUERY_STRING"], g.whole_page)


def name_endpoint(response: Response) -> Response:
    """Tell the middleware and the log which view has answered."""
    request.environ[ENDPOINT] = request.endpoint
    return response


def store_page(response: Response) -> Response:
    """Keep a whole page where that is allowed; a step at the end of a request, when the page is packed."""
    name_endpoint(response)
    cache = _cache()
    if cache is not None and cache.may_keep(response):
        cache.keep(request.environ, response)
    return response


def _cache() -> PageCache | None:
    found: PageCache | None = current_app.extensions.get(_CACHE)
    return found


def middleware(app: Flask, inner: WSGIApplication) -> WSGIApplication:
    """Answer from kept pages, unless the settings leave no room for them."""
    most = app.config["PAGE_CACHE_BYTES"]
    if not most:
        return inner
    cache = PageCache(app, inner, app.extensions["fwsite.content_version"], files_of(app), most)
    app.extensions[_CACHE] = cache
    return cache
