"""Links of a text: those to pictures and to files of articles lead to where these stand on the site."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from flask import current_app, url_for
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException, NotFound

from fwsite.blueprints.article import catalogue, pictures
from fwsite.blueprints.article.article_files import SUFFIXES
from fwsite.blueprints.article.catalogue import Article

_HREF = re.compile(r'(<a\s(?:[^>"]|"[^"]*")*?\bhref=")([^"]*)(")')
"""In HTML that the sanitiser has written: values stand in double quotes."""
_ANY = re.compile(r'(<(?:a|img)\s(?:[^>"]|"[^"]*")*?\b(?:href|src)=")([^"]*)(")')
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def address(article: Article) -> str:
    """Where an article is."""
    if catalogue.is_home(article.slug):
        return url_for("article.home")
    return url_for("article.show", slug=article.slug)


def resolved(text: Markup) -> Markup:
    """The text with its links as they lead somewhere."""

    def lead(match: re.Match[str]) -> str:
        return f"{match[1]}{escape(_target(html.unescape(match[2])) or Markup(match[2]))}{match[3]}"  # noqa: S704

    return Markup(_HREF.sub(lead, text))  # noqa: S704 - escaped


def for_elsewhere(text: Markup, page: str) -> Markup:
    """The text for readers away from its ``page``: every link and picture with the site's address before it."""

    def lead(match: re.Match[str]) -> str:
        return f"{match[1]}{escape(urljoin(page, html.unescape(match[2])))}{match[3]}"

    return Markup(_NOT_IN_XML.sub("", _ANY.sub(lead, text)))  # noqa: S704 - escaped


def hrefs(text: str) -> Iterator[str]:
    """What the links of a text name."""
    return (html.unescape(match[2]) for match in _HREF.finditer(text))


def why_dead(href: str) -> str:
    """Why a link leads nowhere on this site; empty where it does lead somewhere, or to another site."""
    path = _path(href)
    if path is None or _target(href):
        return (_why_not_shown(path) or _why_no_place(path, href)) if path else ""
    if not path.startswith("/"):
        return _why_not_shown(path) or "there is no article and no picture of this name; it leads to error 404"
    try:
        endpoint, values = current_app.url_map.bind("localhost").match(path)
    except NotFound:
        return "there is no such page, and no such picture in media/; it leads to error 404"
    except HTTPException:  # another address, or another method
        return ""
    if endpoint == "article.show" and catalogue.known(values["slug"]) is None:
        return "there is no such article; it leads to error 404"
    return _why_not_shown(path) if endpoint == "article.show" else ""


def _why_not_shown(path: str) -> str:
    article = _article(path)
    if article is None or article.is_public:
        return ""
    return f"visitors do not see that article ({article.publication.standing}); for them it leads to error 404"


def _why_no_place(path: str, href: str) -> str:
    article, place = _article(path), unquote(urlsplit(href).fragment)
    if article is None or not place or place in article.places:
        return ""
    return "that article has no heading or other place of this name"


def _target(href: str) -> str | None:
    """The address of the picture or article that a link means, unless that is what it says already."""
    path = _path(href)
    if path is None:
        return None
    if picture := pictures.address(href):
        return picture
    article = None if path.startswith("/") else _article(path)
    if article is None:
        return None
    fragment = urlsplit(href).fragment
    return f"{address(article)}#{fragment}" if fragment else address(article)


def _path(href: str) -> str | None:
    """The path of a link within the site."""
    try:
        parts = urlsplit(href)
    except ValueError:  # no address at all
        return None
    return None if parts.scheme or parts.netloc else unquote(parts.path) or None


def _article(path: str) -> Article | None:
    """The article that the last part of a path names, with the ending of its file or without."""
    last = PurePosixPath(path)
    return catalogue.known(last.stem if last.suffix.lower() in SUFFIXES else last.name)
