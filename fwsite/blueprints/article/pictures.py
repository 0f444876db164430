"""Pictures in articles: files of the host, with their proportions, or their words where there is no file."""

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
    address = url_for("article.media", name=unquote(urlsplit(picture.src).path.lstrip("/"))) if path else None
    return Markup(render_template("article/_picture.html", picture=picture, address=address, size=size))  # noqa: S704


def media_file(src: str) -> Path | None:
    """The file in ``instance/media`` behind a root-relative address; ``None`` where there is none."""
    media = current_instance().media
    try:
        parts = urlsplit(src)
        if parts.scheme or parts.netloc:
            return None
        path = media / unquote(parts.path).lstrip("/")
        inside = path.resolve().is_relative_to(media.resolve())
        return path if inside and path.suffix.lower() in SHOWN and path.is_file() else None
    except (OSError, ValueError):  # a name too long, or with a NUL; no address at all
        return None


@per_file_state
def _size(path: Path) -> tuple[int, int] | None:
    """Width and height in pixels, so that the page keeps its shape while the picture loads."""
    import imagesize  # most processes show no picture

    width, height = imagesize.get(path)
    return (int(width), int(height)) if width > 0 and height > 0 else None
