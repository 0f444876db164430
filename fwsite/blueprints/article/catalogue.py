"""Article repository: files of the edition and of the host, read when they change."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from flask import current_app
from markupsafe import Markup

from fwsite.blueprints.article import (
    article_files,
    change_notifier,
    frontmatter_block,
    frontmatter_parser,
    publication,
    reading_time,
)
from fwsite.blueprints.article.article_files import ArticleFiles
from fwsite.blueprints.article.change_notifier import State
from fwsite.blueprints.article.frontmatter import ArticleSource, FrontMatter
from fwsite.blueprints.article.publication import Publication
from fwsite.extend import (
    ContentProblem,
    Text,
    TextsContext,
    current_instance,
    files_change_at,
    files_state,
    is_settling,
    path_for,
    per_file_state,
    state_of,
)
from fwsite.markup import Directive, Document, parse, plain_text
from fwsite.markup.code_mask import without_code
from fwsite.markup.document import SOURCES

log = logging.getLogger(__name__)

SHIPPED = Path(__file__).parents[2] / "content" / "articles"
_INDENTED = re.compile(r"^(?: {4}|\t).*", re.MULTILINE)
_ID = re.compile(r' id="([^"]+)"')
_CITED = re.compile(r'class="footnote-ref" href="#fn:([^"]*)"')
REFERENCE = re.compile(r"\[\^([^\]\s]+)\](?!:)")


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
        """The day of the last review, or of publication, whichever is later."""
        return max(filter(None, (self.matter.reviewed, self.matter.date)), default=None)

    @cached_property
    def minutes(self) -> int:
        """Reading time."""
        return reading_time.minutes(self.body)

    @cached_property
    def cited(self) -> tuple[ArticleSource, ...]:
        """The sources that the text refers to as ``[^id]``, outside code, in the order of the front matter."""
        text = without_code(self.body)
        named = set(REFERENCE.findall(text))
        if named != set(REFERENCE.findall(_INDENTED.sub("", text))):  # code, or the second paragraph of an item
            pieces = parse(f"{self.body}\n\n{_notes(self.matter.sources)}").pieces
            named = set(_CITED.findall("".join(piece for piece in pieces if isinstance(piece, str))))
        return tuple(source for source in self.matter.sources if source.id in named)

    @cached_property
    def balances(self) -> frozenset[str]:
        """What its directives ``::balance[...]`` name."""
        found = (piece for piece in self.document.pieces if isinstance(piece, Directive) and piece.name == "balance")
        return frozenset(piece.text.strip() for piece in found)

    @property
    def is_plain(self) -> bool:
        """Whether its directives, if any, need no more than the style sheet of every page."""
        named = {piece.name for piece in self.document.pieces if isinstance(piece, Directive)}
        return named <= {"note", "measured"}

    @cached_property
    def places(self) -> frozenset[str]:
        """What a link may name behind ``#``."""
        return frozenset(_ID.findall("".join(piece for piece in self.document.pieces if isinstance(piece, Markup))))

    @cached_property
    def document(self) -> Document:
        """The rendered text; sources that it cites are its footnotes."""
        text = self.body
        if self.cited:
            heading = f"## <span id=sources></span>Sources {{#{SOURCES}}}"
            text = f"{text}\n\n{heading}\n\n///Footnotes Go Here///\n\n{_notes(self.cited)}\n"
        return parse(text, self.first_line)

    @property
    def publication(self) -> Publication:
        """How it stands now; pages that are made of it are made anew when that changes."""
        now = publication.now()
        if change := publication.next_change(self.matter, now):
            files_change_at(change.timestamp())
        return publication.at(self.matter, now)

    @property
    def is_public(self) -> bool:
        """Whether visitors get it now."""
        return self.publication.is_public


def _notes(sources: Iterable[ArticleSource]) -> str:
    """Sources as definitions of footnotes."""
    return "\n".join(f"[^{source.id}]: {_source_line(source)}" for source in sources)


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


_FILES, _LISTED, _TAKEN = "fwsite.article_files", "fwsite.articles", "fwsite.articles_taken"
"""Where the application keeps the names of files, and the public articles, with the state that they are from."""


def find(slug: str) -> Article | None:
    """The article of that name, the host's before the edition's; drafts too."""
    article = known(slug)
    if article is None:
        change_notifier.tell({}, missing=[slug])
    else:
        change_notifier.tell({slug: _told(_logged(article))})
    return article


def known(slug: str) -> Article | None:
    """The same, and nobody is told of changes: for those who make a page already."""
    place = files().places.get(slug)
    return None if place is None else _load(slug, place)


def everything(balance: str | None = None) -> list[Article]:
    """Every public article, the newest first, undated ones last; with ``balance``, those that have this framework's
    in them. Whoever listens is told of files that have changed since the last look.
    """
    articles = _published()
    if balance is not None:
        articles = [article for article in articles if balance in article.balances]
    return sorted(articles, key=lambda article: (-(article.matter.date or date.min).toordinal(), article.title))


def not_public() -> list[Article]:
    """Every article that visitors do not see, by title."""
    return sorted((article for article in all_articles() if not article.is_public), key=lambda each: each.title.lower())


def _published() -> list[Article]:
    """With very many articles, looking at each file takes longer than making a page of the few that it shows."""
    listed, state = current_app.extensions.get(_LISTED), files_state()
    if listed is None or listed[0] != state:
        found = [_logged(article) for article in all_articles()]
        change_notifier.tell_all({article.slug: _told(article) for article in found})
        listed = state, [article for article in found if article.is_public]
        current_app.extensions[_LISTED] = listed
    articles: list[Article] = listed[1]
    return articles


def _told(article: Article) -> State:
    return (*article.state, article.publication.standing)


def is_home(slug: str) -> bool:
    """Whether the article is the home page: the lead is, unless that page begins with a question and has it below."""
    config = current_app.config
    return bool(slug == config["ARTICLE_LEAD"] and not config["ARTICLE_QUESTION"].strip())


def texts(context: TextsContext) -> Iterator[Text]:
    """Every public article, as plain text. Tells nobody of changes: those who were told of one are asking."""
    articles = [article for article in all_articles() if article.is_public]
    change_notifier.know(article.slug for article in articles)
    for article in articles:
        if context.wants(article.slug):
            html = Markup(" ").join(piece for piece in article.document.pieces if isinstance(piece, Markup))
            body, anchors = plain_text(html, article.matter.description)
            path = path_for("article.home") if is_home(article.slug) else path_for("article.show", slug=article.slug)
            yield Text(key=article.slug, kind="Article", title=article.title, body=body, path=path, anchors=anchors)


def all_articles() -> Iterator[Article]:
    """Every article that there is a file of, drafts too; those of the host first."""
    for slug, place in files().places.items():
        article = _load(slug, place)
        if article is not None:
            yield article


def files() -> ArticleFiles:
    """The files as they are, with those that were there a moment ago: an editor may be putting a new one in place."""
    kept, state = current_app.extensions.get(_FILES), files_state()
    if kept is not None and kept[0] == state:
        before: ArticleFiles = kept[1]
        return before
    own = current_instance().articles
    found = article_files.listed((own, SHIPPED))
    if kept is not None and _is_being_written(str(own)):
        found = ArticleFiles({**kept[1].places, **found.places}, found.doubles)
    elif kept is not None:
        for gone in {*kept[1].places.values()} - {*found.places.values()}:
            _taken().pop(gone, None)
    current_app.extensions[_FILES] = state, found
    return found


def _taken() -> dict[str, Article]:
    """The articles as their files were when they were last written to the end, as far as this application knows."""
    taken: dict[str, Article] = current_app.extensions.setdefault(_TAKEN, {})
    return taken


def _load(slug: str, place: str) -> Article | None:
    """The article; as it was before, while its file is being written. ``None`` where there is no file any more."""
    taken = _taken()
    before = taken.get(place)
    try:
        article = _read(place)
    except FileNotFoundError:
        if before is not None and _is_being_written(os.path.dirname(place)):  # noqa: PTH120
            return before
        taken.pop(place, None)
        if not os.path.islink(place):  # noqa: PTH114
            return None
        return _unread(slug, place, "it is a link to a file that is not there")
    except OSError as error:  # not kept: it may be readable the next time
        return _unread(slug, place, error.strerror or str(error))
    if before is not None and before.state != article.state and _is_being_written(place):
        return before
    taken[place] = article
    return article


def _is_being_written(place: str) -> bool:
    try:
        return is_settling(state_of(place))
    except OSError:
        return False


def _unread(slug: str, place: str, why: str) -> Article:
    path = Path(place)
    problem = ContentProblem(path=path, message=f"cannot be read: {why}; held back")
    return Article(slug, path, FrontMatter(problems=[problem], unreadable=[problem]), "", 1)


@per_file_state
def _read(place: str) -> Article:
    path, state = Path(place), state_of(place)
    text = article_files.text_of(place).decode("utf-8-sig", errors="replace").replace("\x00", "\ufffd")
    block = frontmatter_block.split(text)
    matter = frontmatter_parser.read(block, path)
    _look_at_the_file(text, block, matter, path)
    return Article(path.stem, path, matter, block.body, block.body_line, state)


def _look_at_the_file(text: str, block: frontmatter_block.Block, matter: FrontMatter, path: Path) -> None:
    """What is wrong with the file as a whole."""
    if not text.strip():
        _hold_back(matter, ContentProblem(path=path, line=1, key="file", message="is empty; held back"))
    if "\ufffd" in text:
        line = text[: text.index("\ufffd")].count("\n") + 1
        hides = line < max(block.body_line, 2)  # or in the first line, where another encoding hides the front matter
        shown = "held back until then" if hides else "what cannot be read is shown as \ufffd"
        what = f"is not UTF-8; save the file as UTF-8; {shown}"
        problem = ContentProblem(path=path, line=line, key="text", message=what)
        if hides:
            _hold_back(matter, problem)
        else:
            matter.problems.append(problem)
    if not matter.title and not matter.unreadable:
        what = "is missing; the file's name is shown instead"
        matter.problems.append(ContentProblem(path=path, line=1, key="title", message=what))


def _hold_back(matter: FrontMatter, problem: ContentProblem) -> None:
    matter.unreadable.append(problem)
    matter.problems.append(problem)


def _logged(article: Article) -> Article:
    """The article; what is wrong with it is logged once."""
    if not article.matter.logged:
        article.matter.logged = True
        for problem in article.matter.problems:
            if not problem.is_note:
                log.warning("%s", problem)
    return article
