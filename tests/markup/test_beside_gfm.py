"""This project's own Markdown, beside a GFM reader: the same words, links, pictures, code and headings.

``python -m tests.benchmarks.markdown FOLDER ...`` does it with other people's files.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from fwsite.blueprints.article import frontmatter_block
from tests.support.gfm import differences
from tests.support.paths import ROOT

FILES = sorted([*ROOT.glob("*.md"), *(path for name in ("fwsite", "instance") for path in (ROOT / name).rglob("*.md"))])


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_says_the_same(path: Path) -> None:
    assert list(differences(frontmatter_block.split(path.read_text()).body)) == []


def test_a_difference_is_seen() -> None:
    assert list(differences("a <file-like> b, [c](d)")) == [("words", [], ["file", "like"])]
    assert list(differences("~~~\n a\n~~~\n\n# b\n\n[c](e) ![](f)")) == []
