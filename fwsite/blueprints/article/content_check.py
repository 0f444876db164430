"""Article check: what ``fwsite content check`` says of articles, with what is shown instead."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from textwrap import shorten

from flask import current_app

from fwsite.blueprints.article import article_files, catalogue, links, pictures
from fwsite.blueprints.article.catalogue import REFERENCE, Article
from fwsite.blueprints.article.publication import Standing
from fwsite.extend import (
    ContentProblem,
    DirectiveContext,
    DirectiveError,
    current_instance,
    run_directive,
)
from fwsite.markup import Directive, Picture

_LONGEST_PIECE = 60
"""Characters of a tag, say, that are repeated."""
_CODE = re.compile(r"<code[^>]*>.*?</code>", re.DOTALL)


def check_content() -> Iterator[ContentProblem]:
    """Every fault in every article, drafts too: names, front matter, citations, directives, links, the lead."""
    folder = current_instance().articles
    yield from article_files.problems(folder, catalogue.files())
    for article in catalogue.all_articles():
        yield from article.matter.problems
        yield from _not_public(article)
        for remark in article.document.remarks:
            line, piece, message, is_note = remark
            piece = shorten(piece, _LONGEST_PIECE, placeholder=" …") if len(piece) > _LONGEST_PIECE else piece
            yield ContentProblem(path=article.path, line=line, key=piece, message=message, is_note=is_note)
        yield from _unknown_citations(article)
        yield from _failing_directives(article)
        yield from _absent_pictures(article)
        yield from _dead_links(article)
    lead = current_app.config["ARTICLE_LEAD"]
    first = catalogue.known(lead)
    if first is None or not first.is_public:
        what = "there is no article" if first is None else "visitors get the list of articles, as they do not see"
        yield ContentProblem(path=current_instance().config_file, key="ARTICLE_LEAD", message=f"{what} {lead!r}")


def directive_problem(article: Article, directive: Directive, error: DirectiveError) -> ContentProblem:
    """What a directive that failed is reported as."""
    return ContentProblem(path=article.path, line=directive.line, key=f"::{directive.name}", message=str(error))


def _not_public(article: Article) -> Iterator[ContentProblem]:
    publication = article.publication
    if publication.standing not in (Standing.PUBLIC, Standing.HELD_BACK):
        what = f"not shown. {publication.why} {publication.do}"
        yield ContentProblem(path=article.path, key=publication.standing, message=what, is_note=True)


def _failing_directives(article: Article) -> Iterator[ContentProblem]:
    for piece in article.document.pieces:
        if isinstance(piece, Directive):
            try:
                run_directive(DirectiveContext(name=piece.name, text=piece.text))
            except DirectiveError as error:
                yield directive_problem(article, piece, error)


def _unknown_citations(article: Article) -> Iterator[ContentProblem]:
    """What is left as ``[^id]`` in the text, outside code, refers to nothing."""
    shown = "".join(piece for piece in article.document.pieces if isinstance(piece, str))
    left = set(REFERENCE.findall(html.unescape(_CODE.sub("", shown))))
    for number, line in enumerate(article.body.split("\n"), start=article.first_line):
        for name in REFERENCE.findall(line):
            if name in left:
                what = "there is no such source or footnote"
                yield ContentProblem(path=article.path, line=number, key=f"[^{name}]", message=what)


def _absent_pictures(article: Article) -> Iterator[ContentProblem]:
    for src in article.matter.images:
        if src and pictures.is_absent(src):
            what = f"there is no picture {src} in media/; its words are shown instead"
            line = article.matter.lines.get("images")
            yield ContentProblem(path=article.path, line=line, key="images", message=what)
    for piece in article.document.pieces:
        if isinstance(piece, Picture) and pictures.is_absent(piece.src):
            what = "there is no such picture in media/; its words are shown instead"
            yield ContentProblem(path=article.path, line=_line(article, piece.src), key=piece.src, message=what)


def _dead_links(article: Article) -> Iterator[ContentProblem]:
    shown = "".join(piece for piece in article.document.pieces if isinstance(piece, str))
    for href in dict.fromkeys(links.hrefs(shown)):
        if why := links.why_dead(href):
            yield ContentProblem(path=article.path, line=_line(article, href), key=href, message=why)


def _line(article: Article, address: str) -> int | None:
    """The first line that has the address, as it is written in the text."""
    for number, line in enumerate(article.body.split("\n"), start=article.first_line):
        if address in line or address in html.unescape(line):
            return number
    return None
