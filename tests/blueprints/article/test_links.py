"""Links and pictures of a text: where they lead, which are dead, and how pictures are told to machines."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from tests.blueprints.article.conftest import Check
from tests.blueprints.article.pages import Articles, page, png, prose
from tests.support.site import create_app

OTHER = "---\ntitle: Other\n---\n\n## Part\n\nText.\n"
ODD = ["a b.png", "a%20b%.png", "a#b.png", "a?b.png", "a+b.png", "ä.png", "a&b.png", "a'b.png", "100%.png", "A.PNG"]


@pytest.mark.parametrize("name", ODD)
def test_pictures_and_links_to_them_with_odd_names_answer(
    client: FlaskClient, check: Check, write: Articles, media: Path, name: str
) -> None:
    (media / "img" / name).write_bytes(png(3, 2))
    encoded = quote(f"/img/{name}")
    write("seen", f"---\ntitle: A\nimages: ['{encoded}']\nimageAlts: [B]\n---\n![C]({encoded}) [full]({encoded})\n")
    parts = page(client, "/article/seen")
    full = [link["href"] for link in parts.all("a") if "/media/" in link["href"]]
    addresses = {picture["src"] for picture in parts.all("img")} | set(full) | {parts.meta("og:image")[16:]}
    assert len(full) == 1
    (address,) = addresses
    response = client.get(address)
    assert (response.status_code, response.data) == (200, png(3, 2))
    assert check().exit_code == 0


@pytest.mark.parametrize("name", ["a#b.png", "a?b.png", "a%20b%.png", "a b.png"])
def test_a_name_may_be_typed_as_it_is(client: FlaskClient, write: Articles, media: Path, name: str) -> None:
    (media / "img" / "a b.png").unlink()
    (media / "img" / name).write_bytes(png(3, 2))
    write("seen", f"---\ntitle: A\n---\n![C](</img/{name}>) [full](</img/{name}>)\n")
    parts = page(client, "/article/seen")
    (picture,) = parts.all("img")
    (full,) = [link["href"] for link in parts.all("a") if "/media/" in link["href"]]
    assert client.get(picture["src"]).data == client.get(full).data == png(3, 2)


def test_an_encoded_name_goes_before_one_that_is_typed_so(client: FlaskClient, media: Path, write: Articles) -> None:
    (media / "a%20b.png").write_bytes(png(1, 1))
    (media / "a b.png").write_bytes(png(2, 2))
    write("seen", "![C](/a%20b.png)")
    (picture,) = page(client, "/article/seen").all("img")
    assert client.get(picture["src"]).data == png(2, 2)
    assert client.get("/article/media/a%2520b.png").data == png(1, 1)


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("other.md", "/article/other"),
        ("./other.md#part", "/article/other#part"),
        ("../posts/other.markdown", "/article/other"),
        ("other", "/article/other"),
        ("other/", "/article/other"),
        ("django-pros-and-cons.md", "/article/django-pros-and-cons"),
        ("/article/other?a=b", "/article/other?a=b"),
        ("/comparison/", "/comparison/"),
        ("#part", "#part"),
        ("https://example.org/other.md", "https://example.org/other.md"),
        ("//example.org/img/a.png", "//example.org/img/a.png"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("none.md", "none.md"),
        ("/img/none.png", "/img/none.png"),
        ("/notes.txt", "/notes.txt"),
        ("/img/a%20b.png", "/article/media/img/a%20b.png"),
        ("img/a%20b.png", "/article/media/img/a%20b.png"),
    ],
)
def test_links_lead_to_where_articles_and_pictures_stand(
    client: FlaskClient, write: Articles, media: Path, link: str, target: str
) -> None:
    (media / "notes.txt").write_text("x")
    write("other", OTHER)
    write("mine", f"---\ntitle: Mine\n---\n[Link](<{link}>)\n")
    assert f'<a href="{target}">Link</a>' in unescape(prose(client, "mine"))


def test_a_relative_link_works_on_the_home_page_too(instance: Path, write: Articles) -> None:
    write("other", OTHER)
    write("mine", "---\ntitle: Mine\n---\n[Link](other)\n")
    client = create_app(instance, settings={"ARTICLE_LEAD": "mine"}).test_client()
    assert "/article/other" in [link["href"] for link in page(client, "/").all("a")]


def test_links_with_quotes_stay_harmless(client: FlaskClient, write: Articles, media: Path) -> None:
    (media / 'a".png').write_bytes(png(1, 1))
    write("mine", '[Link](/a%22.png "a title > \\"with\\" href=") <a title="b" href="/a%22.png">c</a>')
    hrefs = [link["href"] for link in page(client, "/article/mine").all("a") if "/media/" in link["href"]]
    assert hrefs == ["/article/media/a%22.png"] * 2


def test_the_check_names_absent_pictures_and_dead_links_with_their_lines(
    check: Check, write: Articles, media: Path
) -> None:
    write("draft", "---\ntitle: D\ndraft: true\n---\n")
    path = write(
        "mine",
        "---\ntitle: Mine\nimages: [/none.png, 'https://x.example/a.png']\nimageAlts: [a, b]\n---\n"
        "![Fine](/img/a%20b.png) ![Far](https://x.example/b.png)\n"
        "![Gone](/img/gone.png)\n"
        "[dead](nothing.md) [fine](django-pros-and-cons.md) [fine](/comparison/) [fine](#part) [fine](/article/)\n"
        "[dead](/img/lost.png)\n"
        "[dead](/article/nothing)\n"
        "[dead](/2020/05/old-address/?a=b&c=d)\n"
        "[held](draft.md)\n"
        "[held](/article/draft)\n"
        "[dead](other.md#nothing) [fine](other.md#part) [dead](#nothing) <path>\n\n## Part\n",
    )
    write("other", "---\ntitle: O\n---\n\n## Part\n")
    result = check()
    assert result.exit_code == 1
    assert [line.removeprefix(f"{path}:") for line in result.output.splitlines() if str(path) in line] == [
        "14: #nothing: leads to no heading or other place on this page",
        "14: <path>: is shown as typed: <path> is not markup here; write `path` where it is a word",
        "3: images: there is no picture /none.png in media/; its words are shown instead",
        "7: /img/gone.png: there is no such picture in media/; its words are shown instead",
        "8: nothing.md: there is no article and no picture of this name; it leads to error 404",
        "9: /img/lost.png: there is no such page, and no such picture in media/; it leads to error 404",
        "10: /article/nothing: there is no such article; it leads to error 404",
        "11: /2020/05/old-address/?a=b&c=d: there is no such page, and no such picture in media/; "
        "it leads to error 404",
        "12: draft.md: visitors do not see that article (draft); for them it leads to error 404",
        "13: /article/draft: visitors do not see that article (draft); for them it leads to error 404",
        "14: other.md#nothing: that article has no heading or other place of this name",
    ]


def test_what_the_check_calls_dead_is_error_404_and_what_it_does_not_answers(
    client: FlaskClient, check: Check, write: Articles, media: Path
) -> None:
    links = ["/comparison/", "/article/", "/article", "/feed.xml", "/docs/", "/static/site.css",
             "/nothing", "/article/x", "/questionnaire/", "/img/a%20b.png", "/img/none.png", "/",
             "/article/media/img/a%20b.png"]  # fmt: skip
    write("mine", "---\ntitle: Mine\n---\n" + "\n".join(f"[{number}]({link})" for number, link in enumerate(links)))
    said = check().output
    for link in page(client, "/article/mine").all("a"):
        if link["href"] in links or "/media/" in link["href"]:
            status = client.get(link["href"], follow_redirects=True).status_code
            assert (status == 404) == (f": {link['href']}: " in said), link


# Open Graph and JSON-LD


def test_images_are_told_to_machines_with_absolute_addresses(instance: Path, write: Articles, media: Path) -> None:
    write(
        "mine",
        "---\ntitle: Mine\nimages: [/img/a%20b.png, /none.png, 'https://x.example/c.png']\n"
        "imageAlts: [B, '', C]\n---\n",
    )
    client = create_app(instance, settings={"SITE_URL": "https://ledger.example"}).test_client()
    parts = page(client, "/article/mine")
    address = "https://ledger.example/article/media/img/a%20b.png"
    assert parts.meta("og:image") == address
    assert parts.meta("og:image:alt") == "B"
    assert json.loads(parts.texts["script"][0])["image"] == [address, "https://x.example/c.png"]


def test_without_images_nothing_is_told(client: FlaskClient, write: Articles) -> None:
    write("mine", "---\ntitle: Mine\nimages: [/none.png]\nimageAlts: [a]\n---\n")
    text = client.get("/article/mine").text
    assert "og:image" not in text
    assert '"image"' not in text
