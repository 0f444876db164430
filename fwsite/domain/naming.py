"""Named things: packages, classes, settings and versions that a text names, and whether its evidence names them too.

A line may be called sourced only where the words it quotes name what it names: "numerous extensions" carries nothing
about one of them. The one place that says what counts as a name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from fwsite.domain.quotation import fold

_CODE = re.compile(r"`([^`]+)`")
_SHAPES = re.compile(
    r"""
    (?<![\w.-])(?:
        [A-Z]\w*(?:-[A-Z]\w*)+                # Flask-Admin
      | [a-z]\w*-[A-Z]\w*                     # x-Forwarded
      | [A-Za-z]*[a-z][A-Z]\w*                # WebSockets, OpenAPI
      | [A-Z]{2,}[a-z]{2,}\w*                 # SQLAlchemy
      | [A-Za-z]{2,}\w*(?:[._]\w{2,})+        # fetch_mode, django.tasks
      | [A-Z]\w*_\w+                          # CONN_MAX_AGE, FETCH_PEERS
      | \d+(?:\.\d+)+                         # 6.1
    )(?![\w-])
    """,
    re.VERBOSE,
)


def names_in(text: str, packages: Collection[str]) -> tuple[str, ...]:
    """What the text names, each once, in its order, as written: code, and words shaped as names or versions are."""
    found = dict.fromkeys(_CODE.findall(text))
    plain = _CODE.sub(" ", text)
    found |= dict.fromkeys(match.group() for match in _SHAPES.finditer(plain))
    found |= dict.fromkeys(name for name in packages if stands_in(name, plain))
    return tuple(sorted(found, key=text.index))


def without_support(text: str, words: Iterable[str], packages: Collection[str], free: Collection[str]) -> list[str]:
    """What the text names and none of the quoted ``words`` does, beside what is ``free`` to be named.

    ``free`` are the things that are compared: a source about Django need not say whose it is in each sentence.
    """
    named = names_in(text, packages)
    if not named:
        return []
    written = " ".join(words)
    said = f"{fold(written)}\n{written}".casefold()  # as read, and as written: a name may stand in what is markup
    may_be_named = {_key(name) for name in free}
    names = [name for name in named if _key(name) not in may_be_named]
    return [name for name in _longest(names) if not any(form in said for form in _forms(name, packages))]


def leaves_out(text: str, name: str, names: Iterable[str]) -> bool:
    """Whether the text compares things, that is names two of them at least, and not this one."""
    named = {each for each in names if stands_in(each, text)}
    return len(named) > 1 and name not in named


def stands_in(name: str, text: str) -> bool:
    """Whether the text has the name, by itself and not inside another one."""
    return name in text and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None


def _key(name: str) -> str:
    return fold(name).casefold()


def _longest(names: list[str]) -> Iterator[str]:
    """Each name that is no part of another one: ``Flask-Admin``, and not ``Admin`` as well."""
    return (name for name in names if not any(name != other and name in other for other in names))


def _forms(name: str, packages: Collection[str]) -> tuple[str, ...]:
    """How quoted words may write the name: many of a thing, or one; a package has one name."""
    key = _key(name)
    return (key,) if name in packages or not key.endswith("s") else (key, key[:-1])
