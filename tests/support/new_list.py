"""What has to hold where the questionnaire has hints: ``tests/site/test_new_list.py`` runs it with such a package."""

from __future__ import annotations

import sys
from pathlib import Path

import fwsite
from fwsite.blueprints.questionnaire import content, definitions
from tests.support.content_sites import Site, contents

HINTS = '[[hints]]\nkey = "first"\ntext = "A first hint"\n\n[[hints]]\nkey = "second"\ntext = "A second hint"\n'


def a_version_from_before_keeps_its_hash(site: Site, version: str) -> None:
    with site.opened():
        assert definitions.edition_version() == version
        assert content.load().startswith("has in force")
        assert content.read().definition.version == version


def files_go_round(site: Site, folder: Path) -> None:
    site.content("export", folder / "a")
    file = folder / "a" / "questionnaire.toml"
    before = file.read_text(encoding="utf-8")
    assert "[[hints]]" not in before

    file.write_text(f"{before}\n{HINTS}".replace("A second hint", ""), encoding="utf-8")
    line = before.count("\n") + 8
    fault = f'{file}:{line}: hint "second": text is missing or empty'
    assert site.refused("import", folder / "a") == [fault, "Nothing was imported."]

    file.write_text(f"{before}\n{HINTS}", encoding="utf-8")
    added = ["+ hint first: A first hint", "+ hint second: A second hint"]
    assert site.content("import", folder / "a", "--yes")[:2] == added
    site.content("export", folder / "b")
    assert (folder / "b" / "questionnaire.toml").read_text(encoding="utf-8") == file.read_text(encoding="utf-8")

    new = Site(folder / "new")
    new.content("import", folder / "b", "--yes")
    new.content("export", folder / "c")
    assert contents(folder / "c") == contents(folder / "b")

    file.write_text(file.read_text(encoding="utf-8").replace("A first hint", "Another hint"), encoding="utf-8")
    [line_of_hint, *_] = new.content("import", folder / "a", "--yes")
    assert line_of_hint.startswith("~ hint first: text")


def main(folder: Path, version: str) -> None:
    site = Site(folder / "full")
    a_version_from_before_keeps_its_hash(site, version)
    files_go_round(site, folder)
    print(f"of {Path(fwsite.__file__).parent}: everything holds")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
