"""Article repository: files of the edition and of the host, read when they change."""

from __future__ import annotations

import html
import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from flask import current_app
from markupsafe import Markup

from fwsite.blueprints.article import change_notifier, frontmatter_parser
from fwsite.blueprints.article.change_notifier import State
from fwsite.blueprints.article.frontmatter import ArticleSource, FrontMatter
from fwsite.extend import (
    ContentProblem,
    DirectiveContext,
    DirectiveError,
    Text,
    TextsContext,
    current_instance,
    files_state,
    path_for,
    per_file_state,
    run_directive,
    state_of,
)
from fwsite.markup import Directive, Document, parse
from fwsite.markup.document import SOURCES

log = logging.getLogger(__name__)

SHIPPED = Path(__file__).parents[2] / "content" / "articles"
WORDS_PER_MINUTE = 230
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,119}")
_CODE = re.compile(r"<code[^>]*>.*?</code>", re.DOTALL)
_REFERENCE = re.compile(r"\[\^([^\]\s]+)\](?!:)")


@dataclass(frozen=True)
class Article:
    """One article as its file says."""

    slug: str
    path: Path
    matter: FrontMatter
    body: str
    first_line: int
    state: State = ()

    @property
    def title(self) -> str:
        """The front matter's, or else the file's name made readable."""
        return self.matter.title or self.slug.replace("-", " ").replace("_", " ").capitalize()

    @property
    def changed(self) -> date | None:
        """The day of the last review, or of publication."""
        return self.matter.reviewed or self.matter.date

    @property
    def minutes(self) -> int:
        """Reading time, at :data:`WORDS_PER_MINUTE`."""
        return max(1, round(len(self.body.split()) / WORDS_PER_MINUTE))

    @cached_property
    def cited(self) -> tuple[ArticleSource, ...]:
        """The sources that the text refers to as ``[^id]``, in the order of the front matter."""
        named = set(_REFERENCE.findall(self.body))
        return tuple(source for source in self.matter.sources if source.id in named)

    @cached_property
    def balances(self) -> frozenset[str]:
        """What its directives ``::balance[...]`` name."""
        found = (piece for piece in self.document.pieces if isinstance(piece, Directive) and piece.name == "balance")
        return frozenset(piece.text.strip() for piece in found)

    @cached_property
    def document(self) -> Document:
        """The rendered text; sources that it cites are its footnotes."""
        text = self.body
        if self.cited:
            notes = "\n".join(f"[^{source.id}]: {_source_line(source)}" for source in self.cited)
            text = (
                f"{text}\n\n## <span id=sources></span>Sources {{#{SOURCES}}}\n\n///Footnotes Go Here///\n\n{notes}\n"
            )
        return parse(text, self.first_line)


def _source_line(source: ArticleSource) -> str:
    title = _escaped(source.title)
    parts = [_escaped(source.author)] if source.author else []
    parts.append(f"[{title}](<{source.url}>)" if source.url else f"*{title}*")
    parts += [_escaped(source.publisher)] if source.publisher else []
    parts += [_day(source.date)] if source.date else []
    line = ", ".join(parts)
    return f"{line} (read {_day(source.read)})" if source.read else line


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>()#!|])", r"\\\1", text)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


_LISTED = "fwsite.articles"
"""Where the application keeps the articles that it has listed, with the state of the files that they are from."""


def find(slug: str) -> Article | None:
    """The article of that name, the host's before the edition's; drafts too."""
    if not _SLUG.fullmatch(slug):
        return None
    for folder in (current_instance().articles, SHIPPED):
        path = folder / f"{slug}.md"
        if path.is_file():
            article = _logged(_load(str(path)))
            change_notifier.tell({slug: article.state})
            return article
    change_notifier.tell({}, missing=[slug])
    return None


def everything(balance: str | None = None) -> list[Article]:
    """Every article but drafts, the newest first, undated ones last; with ``balance``, those that have this
    framework's in them. Whoever listens is told of files that have changed since the last look.
    """
    articles = _published()
    if balance is not None:
        articles = [article for article in articles if balance in article.balances]
    return sorted(articles, key=lambda article: (-(article.matter.date or date.min).toordinal(), article.title))


def _published() -> list[Article]:
    """With very many articles, looking at each file takes longer than making a page of the few that it shows."""
    listed, state = current_app.extensions.get(_LISTED), files_state()
    if listed is None or listed[0] != state:
        found = [_logged(article) for article in _all()]
        change_notifier.tell_all({article.slug: article.state for article in found})
        listed = state, [article for article in found if not article.matter.draft]
        current_app.extensions[_LISTED] = listed
    articles: list[Article] = listed[1]
    return articles


def texts(context: TextsContext) -> Iterator[Text]:
    """Every article but drafts, as plain text. Tells nobody of changes: those who were told of one are asking."""
    articles = [article for article in _all() if not article.matter.draft]
    change_notifier.know(article.slug for article in articles)
    for article in articles:
        if context.wants(article.slug):
            html = Markup(" ").join(piece for piece in article.document.pieces if isinstance(piece, Markup))
            body = f"{article.matter.description} {html.striptags()}".strip()
            is_lead = article.slug == current_app.config["ARTICLE_LEAD"]
            path = path_for("article.home") if is_lead else path_for("article.show", slug=article.slug)
            yield Text(key=article.slug, kind="Article", title=article.title, body=body, path=path)


def _all() -> Iterator[Article]:
    seen: set[str] = set()
    for place in _files():
        slug = place.rpartition(os.sep)[2].removesuffix(".md")
        if slug not in seen and _SLUG.fullmatch(slug):
            seen.add(slug)
            yield _load(place)


def _files() -> Iterator[str]:
    """As texts: with thousands of them, making paths takes longer than all else."""
    for folder in (current_instance().articles, SHIPPED):
        if folder.is_dir():
            with os.scandir(folder) as entries:  # knows of most that they are files without asking once more
                yield from sorted([entry.path for entry in entries if entry.name.endswith(".md") and entry.is_file()])


def _load(place: str) -> Article:
    try:
        return _read(place)
    except OSError as error:  # not kept: it may be readable the next time
        path = Path(place)
        problem = ContentProblem(path=path, message=f"cannot be read: {error.strerror}")
        return Article(path.stem, path, FrontMatter(draft=True, problems=[problem]), "", 1)


@per_file_state
def _read(place: str) -> Article:
    path, state = Path(place), state_of(place)
    text = path.read_bytes().decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\x00", "\ufffd")
    block, body, first_line = frontmatter_parser.split(text)
    matter = frontmatter_parser.read(block, path)
    if text.startswith("---\n") and first_line == 1:
        matter.problems.append(ContentProblem(path=path, line=1, key="front matter", message="has no closing line ---"))
    if "\ufffd" in text:
        line = text[: text.index("\ufffd")].count("\n") + 1
        matter.problems.append(
            ContentProblem(path=path, line=line, key="text", message="is not UTF-8; save the file as UTF-8")
        )
    if not matter.title and all(problem.key not in ("front matter", "title") for problem in matter.problems):
        matter.problems.append(ContentProblem(path=path, line=1, key="title", message="is missing"))
    return Article(path.stem, path, matter, body, first_line, state)


def _logged(article: Article) -> Article:
    """The article; what is wrong with it is logged once."""
    if not article.matter.logged:
        article.matter.logged = True
        for problem in article.matter.problems:
            log.warning("%s", problem)
    return article


def directive_problem(article: Article, directive: Directive, error: DirectiveError) -> ContentProblem:
    """What a directive that failed is reported as."""
    return ContentProblem(path=article.path, line=directive.line, key=f"::{directive.name}", message=str(error))


def check_content() -> Iterator[ContentProblem]:
    """Every fault in every article, drafts too: names, front matter, citations, directives, the lead."""
    for path in map(Path, _files()):
        if not _SLUG.fullmatch(path.stem):
            yield ContentProblem(
                path=path, key="file name", message="use letters, digits, - and _ only; it is not shown"
            )
    for article in _all():
        yield from article.matter.problems
        yield from _unknown_citations(article)
        for piece in article.document.pieces:
            if isinstance(piece, Directive):
                try:
                    run_directive(DirectiveContext(name=piece.name, text=piece.text))
                except DirectiveError as error:
                    yield directive_problem(article, piece, error)
    lead = current_app.config["ARTICLE_LEAD"]
    if lead not in {article.slug for article in _all()}:
        yield ContentProblem(
            path=current_instance().config_file, key="ARTICLE_LEAD", message=f"there is no article {lead!r}"
        )


def _unknown_citations(article: Article) -> Iterator[ContentProblem]:
    """What is left as ``[^id]`` in the text, outside code, refers to nothing."""
    shown = "".join(piece for piece in article.document.pieces if isinstance(piece, str))
    left = set(_REFERENCE.findall(html.unescape(_CODE.sub("", shown))))
    for number, line in enumerate(article.body.split("\n"), start=article.first_line):
        for name in _REFERENCE.findall(line):
            if name in left:
                yield ContentProblem(
                    path=article.path,
                    line=number,
                    key=f"[^{name}]",
                    message="there is no such source or footnote",
                )
