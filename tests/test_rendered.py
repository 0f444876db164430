"""What was rendered before is taken from the disk, and is the same as if it were rendered now."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask, g
from hypothesis import given
from hypothesis import strategies as st

from fwsite.markup import FOR_EVERYBODY, RENDERED, Document, inline, parse, rendered, renderer
from fwsite.markup.rendered import RenderedTexts

TEXT = """# One {#one}

::note[*a* note]

A ![picture](a.png "title") and [![another](b.png)](/there), **bold**.

## Two

### Three

```python
print(1)
```

| a | b |
|---|--:|
| 1 | 2 |
"""
lines = st.lists(st.sampled_from(["# Head", "::note[x]", "![a](b.png)", "*text* <b>", "- item", "", "```", "|a|b|"]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def site_with(texts: RenderedTexts) -> Flask:
    app = Flask(__name__)
    app.extensions[RENDERED] = texts
    return app


def parsed(folder: Path, text: str) -> Document:
    """As a process sees it that was just started."""
    with site_with(RenderedTexts(folder)).app_context():
        setattr(g, FOR_EVERYBODY, True)
        return parse(text, 3)


def test_a_document_is_the_same_the_second_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = parsed(folder, TEXT)
    assert first == parse(TEXT, 3)
    monkeypatch.setattr(renderer, "rendered", lambda *_: pytest.fail("rendered once more"))
    second = parsed(folder, TEXT)
    assert second == first
    assert [type(piece) for piece in second.pieces] == [type(piece) for piece in first.pieces]


@given(lines)
def test_whatever_is_rendered_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, given: list[str]) -> None:
    folder = tmp_path_factory.mktemp("rendered")
    text = "\n".join(given)
    assert parsed(folder, text) == parsed(folder, text) == parse(text, 3)


def test_a_line_of_markdown_is_kept_with_and_without_links(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "[here](https://example.org) *it* is, kept"
    expected = [inline(text), inline(text, links=False)]
    for _ in range(2):
        inline.cache_clear()
        with site_with(RenderedTexts(folder)).app_context():
            setattr(g, FOR_EVERYBODY, True)
            assert [inline(text), inline(text, links=False)] == expected
        monkeypatch.setattr(renderer, "rendered_inline", lambda *_: pytest.fail("rendered once more"))
    inline.cache_clear()


def test_other_code_renders_anew_and_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed(folder, TEXT)
    [before] = folder.iterdir()
    monkeypatch.setattr(rendered, "_code", lambda: "other")
    parsed(folder, TEXT)
    assert [file.name for file in folder.iterdir()] == ["rendered-other.jsonl"] != [before.name]


@pytest.mark.parametrize("damage", [b"", b"[", b'["a", 1]\n', b"\xff\xfe\n", b"[]\n[1,2,3]\nnull\n", b'["a", "b'])
def test_a_damaged_file_costs_nothing_but_time(folder: Path, damage: bytes) -> None:
    expected = parsed(folder, TEXT)
    [file] = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage + b"\n" + whole[: len(whole) // 2])
    assert parsed(folder, TEXT) == expected
    assert parsed(folder, "other") == parse("other", 3)


def test_where_nothing_can_be_written_everything_works(folder: Path) -> None:
    assert parsed(folder / "none", TEXT) == parsed(folder / "none", TEXT) == parse(TEXT, 3)


def test_a_file_that_has_grown_too_large_is_begun_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendered, "AT_MOST", 400)
    for number in range(20):
        parsed(folder, f"Text number {number}")
        [file] = folder.iterdir()
        assert file.stat().st_size <= 400
    assert json.loads(file.read_text().splitlines()[-1])[1]


def test_a_site_that_has_shown_its_pages_before_starts_without_what_renders(instance: Path) -> None:
    script = (
        "import sys; from fwsite import create_app; app = create_app(sys.argv[1]); client = app.test_client()\n"
        "for path in ('/', '/comparison/', '/comparison/django', '/questionnaire/'):\n"
        "    assert client.get(path).status_code == 200, path\n"
        "print(*sorted({'markdown', 'nh3', 'pygments', 'argon2', 'alembic'} & set(sys.modules)))"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", script, str(instance)], capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(2)
    ]
    assert said == [["markdown", "nh3", "pygments"], []]


def test_what_not_everybody_sees_is_not_kept(folder: Path) -> None:
    with site_with(RenderedTexts(folder)).app_context():
        assert parse(TEXT, 3) == parse(TEXT, 3)
        inline("*tried out*")
    assert not list(folder.iterdir())
