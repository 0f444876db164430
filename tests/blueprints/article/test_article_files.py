"""Article files: endings, sub-folders, doubles, symbolic links."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fwsite.intervals import AT_ONCE
from tests.blueprints.article.conftest import Check
from tests.blueprints.article.pages import everywhere, page, shown_at
from tests.support.people import signed_in

TEXT = "---\ntitle: Mine\ndate: 2026-11-25\n---\n\nText.\n"


@pytest.fixture
def articles(instance: Path) -> Path:
    return instance / "articles"


@pytest.mark.parametrize("name", ["mine.md", "mine.markdown", "mine.MD", "mine.Md", "mine.MARKDOWN"])
def test_both_endings_are_read_whatever_their_case(
    client: FlaskClient, check: Check, articles: Path, name: str
) -> None:
    (articles / name).write_text(TEXT)
    assert shown_at(client, "mine") == everywhere("mine")
    assert check().exit_code == 0


def test_of_two_files_with_one_address_md_is_shown_and_the_other_named(
    client: FlaskClient, check: Check, articles: Path
) -> None:
    for name in ("mine.MD", "mine.markdown", "mine.md"):
        (articles / name).write_text(TEXT.replace("Mine", name))
    assert page(client, "/article/mine").texts["h1"] == ["mine.md"]
    assert client.get("/article/").text.count("/article/mine") == 1
    result = check()
    assert result.exit_code == 1
    for name in ("mine.MD", "mine.markdown"):
        what = "mine.md has the same URL and is shown instead; rename one of them"
        assert f"{articles / name}: file name: {what}" in result.output


def test_a_host_s_article_of_the_other_ending_takes_the_place_of_a_shipped_one(
    client: FlaskClient, check: Check, articles: Path
) -> None:
    (articles / "django-pros-and-cons.markdown").write_text(TEXT)
    assert "Mine" in page(client, "/").texts["h2"]
    assert check().exit_code == 0


def test_sub_folders_are_named_with_what_to_do(client: FlaskClient, check: Check, articles: Path) -> None:
    (articles / "2024" / "may").mkdir(parents=True)
    (articles / "2024" / "one.md").write_text(TEXT)
    for name in ("two.md", "three.markdown", "picture.png"):
        (articles / "2024" / "may" / name).write_text(TEXT)
    (articles / ".git").mkdir()
    (articles / ".git" / "four.md").write_text(TEXT)
    (articles / "empty").mkdir()
    assert client.get("/article/one").status_code == 404
    result = check()
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        f"{articles / '2024'}: folder: 1 article is not shown, as folders in articles/ are not read; "
        f"move them into {articles}",
        f"{articles / '2024' / 'may'}: folder: 2 articles are not shown, as folders in articles/ are not read; "
        f"move them into {articles}",
        "2 errors, 0 notes.",
    ]


def test_texts_of_other_kinds_are_noted(check: Check, articles: Path) -> None:
    for name in ("mine.rst", "mine.mdx", "mine.html", ".hidden.txt", "mine.png"):
        (articles / name).write_text(TEXT)
    result = check()
    assert result.exit_code == 0
    assert [line.partition(":")[0] for line in result.output.splitlines()[:-1]] == [
        str(articles / name) for name in ("mine.html", "mine.mdx", "mine.rst")
    ]


# Symbolic links


@pytest.mark.parametrize(
    "target", ["../secret_key", "../config.toml", "/etc/passwd", "../media/text.md", "../outside.md"]
)
def test_a_link_that_leads_out_publishes_nothing_and_is_named(
    app: Flask, check: Check, instance: Path, articles: Path, target: str
) -> None:
    for name in ("config.toml", "outside.md", "media/text.md"):
        (instance / name).parent.mkdir(exist_ok=True)
        (instance / name).write_text("" if name == "config.toml" else TEXT)
    link = articles / "mine.md"
    link.symlink_to(target)
    client = app.test_client()
    assert shown_at(client, "mine") == []
    result = check()
    assert result.exit_code == 1
    what = "it is a link that leads out of the folder; put a copy in its place; held back"
    assert f"{link}: cannot be read: {what}" in result.output
    preview = signed_in(app).get("/article/mine")
    assert "leads out of the folder" in preview.text
    assert (articles / target).read_text()[:20] not in preview.text or target == "../config.toml"


def test_a_link_by_way_of_another_link_or_of_dots_is_seen_through(client: FlaskClient, articles: Path) -> None:
    (articles / "aside").symlink_to("../secret_key")
    (articles / "one.md").symlink_to("aside")
    (articles / "sub").mkdir()
    (articles / "two.md").symlink_to("sub/../../secret_key")
    assert shown_at(client, "one") == shown_at(client, "two") == []


def test_a_link_that_is_changed_to_lead_out_stops_showing(client: FlaskClient, articles: Path) -> None:
    (articles / "real.md").write_text(TEXT)
    link = articles / "mine.md"
    link.symlink_to("real.md")
    assert shown_at(client, "mine") == everywhere("mine")
    link.unlink()
    link.symlink_to("../secret_key")
    assert shown_at(client, "mine") == []


def test_the_folder_itself_may_be_a_link(client: FlaskClient, check: Check, articles: Path, tmp_path: Path) -> None:
    articles.rename(tmp_path / "elsewhere")
    articles.symlink_to(tmp_path / "elsewhere")
    (articles / "mine.md").write_text(TEXT)
    assert shown_at(client, "mine") == everywhere("mine")
    assert check().exit_code == 0


def test_links_in_circles_and_to_nowhere_hang_and_break_nothing(
    client: FlaskClient, check: Check, articles: Path
) -> None:
    for number in range(12):
        (articles / f"circle{number}").symlink_to(".")
    (articles / "deep").mkdir()
    (articles / "deep" / "up").symlink_to("..")
    (articles / "loop.md").symlink_to("loop.md")
    (articles / "ping.md").symlink_to("pong.md")
    (articles / "pong.md").symlink_to("ping.md")
    (articles / "nowhere.md").symlink_to("not-there.md")
    (articles / "folder.md").symlink_to("deep")
    (articles / "mine.md").write_text(TEXT)
    assert shown_at(client, "mine") == everywhere("mine")
    for name in ("loop", "ping", "nowhere", "folder", "circle1"):
        assert client.get(f"/article/{name}").status_code == 404
    result = check()
    assert result.exit_code == 1
    assert f"{articles / 'nowhere.md'}: cannot be read: it is a link to a file that is not there" in result.output
    assert f"{articles / 'loop.md'}: cannot be read: Too many levels of symbolic links" in result.output
    assert f"{articles / 'folder.md'}: cannot be read: Is a directory" in result.output
    assert f"{articles / 'circle1'}: folder: is a link to a folder" in result.output


def test_an_edit_beside_a_broken_link_is_noticed(make_app: Callable[..., Flask], articles: Path) -> None:
    client = make_app(intervals=AT_ONCE).test_client()
    (articles / "a.md").symlink_to("not-there.md")
    (articles / "mine.md").write_text(TEXT)
    assert "Mine</a>" in client.get("/article/").text
    (articles / "mine.md").write_text(TEXT.replace("Mine", "Other one"))
    assert "Other one</a>" in client.get("/article/").text


def test_what_is_held_back_for_its_encoding_is_said_to_be(client: FlaskClient, check: Check, articles: Path) -> None:
    (articles / "other.md").write_bytes("---\ntitle: Übung\n---\n\nText.\n".encode("latin-1"))
    assert client.get("/article/other").status_code == 404
    result = check()
    assert result.exit_code == 1
    said = "other.md:2: text: is not UTF-8; save the file as UTF-8; held back until then"
    assert said in result.output
