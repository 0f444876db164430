"""What has to hold where claims have got a note: ``tests/site/test_new_field.py`` runs it with such a package."""

from __future__ import annotations

import json
import re
import sys
from html import unescape
from pathlib import Path

from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import fwsite
from fwsite.blueprints.comparison.files import content
from fwsite.cli.main import main as command
from fwsite.domain.items import Kind
from fwsite.plugins.upgrade import bring_up_to_date
from tests.blueprints.comparison.test_editing import document, filled, press, save
from tests.blueprints.comparison.test_history import difference
from tests.support.site import create_app

from .older_schemas import close
from .people import signed_in

CLAIM, RETIRED, IMPORTED, FOLLOWS = "django-parts", "django-reuse", "flask-blueprints", "django-admin"
PAGE, FORM = f"/comparison/history/claim/{CLAIM}", f"/comparison/work/claim/{CLAIM}"
NOTE = "Since 5.0"


def note(app: Flask, key: str = CLAIM) -> object:
    return document(app, Kind.CLAIM, key)["note"]


def text(app: Flask, key: str = CLAIM) -> object:
    return document(app, Kind.CLAIM, key)["text"]


def followed(client: FlaskClient, done: TestResponse) -> str:
    """The page that a person sees at last."""
    assert done.status_code == 303, done.text
    page = client.get(done.location)
    assert page.status_code == 200
    return unescape(page.text)


def the_past_is_read(client: FlaskClient, made: dict[str, int]) -> None:
    for address in (PAGE, "/comparison/history/rating/flask.memory", "/comparison/changes", "/comparison/changes.xml"):
        assert client.get(address).status_code == 200, address
    for number in made.values():
        assert client.get(f"/comparison/changes/{number}").status_code == 200
    between = difference(client.get(f"{PAGE}?from=1&to=3").text)
    assert re.findall("<dt>(.*?)</dt>", between) == ["Text", "Evidence"]
    assert "<dt>Note</dt>" not in client.get(PAGE).text


def the_edition_is_followed(app: Flask, instance: Path) -> None:
    """By everything that nobody changed, also where it has something in the new field."""
    shipped = (Path(fwsite.__file__).parent / "content" / content.FILE).read_text(encoding="utf-8")
    start = shipped.index(f'key = "{FOLLOWS}"')
    with app.app_context():
        for newer, told in (
            (f"{shipped}# a comment\n", "nothing new"),
            (shipped[:start] + f'note = "{NOTE}"\n' + shipped[start:], "1 changed"),
        ):
            (instance / content.FILE).write_text(newer, encoding="utf-8")
            assert content.load() == f"loaded {instance / content.FILE}: {told}"
    assert note(app, FOLLOWS) == NOTE


def the_form_has_it(app: Flask, client: FlaskClient) -> None:
    assert filled(client, FORM)["note"] == ""
    assert save(client, FORM, note="x" * 121).status_code == 422
    page = followed(client, save(client, FORM, note=NOTE, why="Looked it up"))
    assert f'Note:</span> <ins><span class="vh">added: </span>{NOTE}</ins>' in page
    assert "Looked it up" in page
    assert f"<dt>Note</dt><dd>{NOTE}</dd>" in client.get(PAGE).text
    assert f"<em>{NOTE}</em>" in client.get("/comparison/django").text
    [claim] = [claim for claim in client.get("/comparison/data.json").json["claims"] if claim["key"] == CLAIM]
    assert claim["note"] == NOTE


def the_first_change_with_it_is_taken_back(app: Flask, client: FlaskClient) -> None:
    """What was before it has no note, which is no change of a note."""
    address = "/comparison/work/claim/django-added"
    number = save(client, address, text="The first change").location.rpartition("=")[2]
    save(client, address, note=NOTE)
    assert "undone" in followed(client, press(client, f"/comparison/work/undo/{number}"))
    assert (text(app, "django-added"), note(app, "django-added")) == ("Added before there was the field", NOTE)


def a_form_from_before_meets_it(app: Flask, client: FlaskClient) -> None:
    mine = filled(client, FORM, note="Since 4.2", version="1")
    page = client.post(FORM, data=mine)
    assert page.status_code == 409
    assert "Note: two texts" in page.text
    assert NOTE in page.text
    assert "Since 4.2" in page.text
    assert note(app) == NOTE


def old_changes_are_taken_back(app: Flask, client: FlaskClient, made: dict[str, int]) -> None:
    was = "Edited before there was the field"
    assert text(app) == was
    for name, number in made.items():
        told = "Took back: 1 item." if name == "imported" else "undone"
        assert told in followed(client, press(client, f"/comparison/work/undo/{number}")), name
    assert text(app) != was
    assert note(app) == NOTE
    assert document(app, Kind.CLAIM, RETIRED)["state"] == "published"
    assert text(app, "flask-light") == "Undone before there was the field"
    assert text(app, IMPORTED) != "Imported before"
    for action in ("retire", "restore"):
        assert f"{action}" in followed(client, press(client, f"/comparison/work/claim/django-added/{action}"))


def an_old_suggestion_is_published(app: Flask, client: FlaskClient) -> None:
    version = version_in_the_queue(client)
    followed(client, press(client, "/comparison/work/suggestions/1/publish", version=version))
    assert text(app) == "Suggested before"
    assert note(app) == NOTE


def version_in_the_queue(client: FlaskClient) -> str:
    found = re.search(r'name="version" value="(\d+)"', client.get("/comparison/work/suggestions").text)
    assert found
    return found[1]


def files_go_round(instance: Path) -> None:
    folder = instance.parent
    assert run(instance, "export", folder / "a.toml").exit_code == 0
    written = (folder / "a.toml").read_text(encoding="utf-8")
    assert written.count(f'note = "{NOTE}"') == 3
    assert run(folder / "new", "import", folder / "a.toml", "--yes").exit_code == 0
    assert run(folder / "new", "export", folder / "b.toml").exit_code == 0
    assert (folder / "b.toml").read_text(encoding="utf-8") == written
    done = run(folder / "new", "import", folder / "before.toml", "--yes")
    assert done.exit_code == 0, done.output
    assert f"~ claim {FOLLOWS}: note" in done.output.splitlines()


def run(instance: Path, *arguments: object) -> Result:
    return CliRunner().invoke(command, ["--instance", str(instance), "content", *map(str, arguments)])


def main(instance: Path, made: dict[str, int]) -> None:
    app = create_app(instance)
    assert any(str(step).startswith("schema comparison: comparison_") for step in list(bring_up_to_date(app)))
    mara = signed_in(app)
    the_past_is_read(mara, made)
    the_edition_is_followed(app, instance)
    the_form_has_it(app, mara)
    the_first_change_with_it_is_taken_back(app, mara)
    a_form_from_before_meets_it(app, mara)
    old_changes_are_taken_back(app, mara, made)
    an_old_suggestion_is_published(app, mara)
    close(app)
    files_go_round(instance)
    print(f"of {Path(fwsite.__file__).parent}: everything holds")


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))
