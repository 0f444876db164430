"""Article pictures: files of the host, with their proportions, or their words where there is no file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import render_template, url_for
from markupsafe import Markup

from fwsite.extend import current_instance, per_file_state
from fwsite.markup import Picture

SHOWN = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg"})


def figure(picture: Picture) -> Markup:
    """The picture, or its alt text where the file is missing or stands on another site."""
    path = media_file(picture.src)
    size = None
    if path:
        with suppress(OSError, ValueError):  # gone in between, or no picture after all
            size = _size(path)
    shown = render_template("article/_picture.html", picture=picture, address=address(picture.src), size=size)
    return Markup(shown)  # noqa: S704


def address(src: str) -> str | None:
    """Where the site has the picture that an article calls so; ``None`` where there is none."""
    path = media_file(src)
    if path is None:
        return None
    return url_for("article.media", name=path.resolve().relative_to(current_instance().media.resolve()).as_posix())


def is_elsewhere(src: str) -> bool:
    """Whether a picture stands on another site."""
    return src.startswith(("http://", "https://", "//"))


def is_absent(src: str) -> bool:
    """Whether it should be a picture of this site, and there is none."""
    return not is_elsewhere(src) and media_file(src) is None


def media_file(src: str) -> Path | None:
    """The file in ``instance/media`` that an article means by a root-relative address.

    First as an address has it, where ``%20`` is a blank and what follows ``?`` or ``#`` no part of the name; then as a
    name that was typed as it is.
    """
    try:
        parts = urlsplit(src)
    except ValueError:  # no address at all
        return None
    if parts.scheme or parts.netloc:
        return None
    names = dict.fromkeys((unquote(parts.path), parts.path, unquote(src), src))
    return next((path for name in names if (path := file_named(name))), None)


def file_named(name: str) -> Path | None:
    """The picture in ``instance/media`` with this path; ``None`` where there is none, or it leads out of there."""
    media = current_instance().media
    try:
        path = media / name.lstrip("/")
        inside = path.resolve().is_relative_to(media.resolve())
        return path if inside and path.suffix.lower() in SHOWN and path.is_file() else None
    except (OSError, ValueError, RuntimeError):  # a name too long, or with a NUL; a link in a circle
        return None


@per_file_state
def _size(path: Path) -> tuple[int, int] | None:
    """Width and height in pixels, so that the page keeps its shape while the picture loads."""
    import imagesize  # most processes show no picture

    width, height = imagesize.get(path)
    return (int(width), int(height)) if width > 0 and height > 0 else None
