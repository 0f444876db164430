"""The questionnaire leaves a site and comes into another with the comparison: all of it, or nothing."""

from __future__ import annotations

import re
import shutil
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import func, select

from fwsite.blueprints.comparison.files import content as comparison
from fwsite.blueprints.comparison.ledger import document_mapper, journal
from fwsite.blueprints.comparison.ledger.journal import By
from fwsite.blueprints.questionnaire import definitions, drafts
from fwsite.blueprints.questionnaire.models import PublishedDefinition
from fwsite.domain.evidence import Evidence
from fwsite.domain.items import Kind
from fwsite.domain.questionnaire import Fit
from fwsite.extend import db
from fwsite.plugins.upgrade import bring_up_to_date
from tests.support.content_sites import Site, Sites, contents
from tests.support.forms import inputs
from tests.support.people import signed_in
from tests.support.postgres import Cluster, database_name

PLACE = ("work", "api", "flask")
JUDGED = Fit(1, "We tried “it”", ("flask-set-up",), Evidence.SOURCED)
OVERWRITES = "; overwrites what was changed since the content file"


@pytest.fixture(scope="module")
def filled_url(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database on the server with everything that is shipped, to copy from."""
    folder = tmp_path_factory.mktemp("server") / "instance"
    folder.mkdir()
    url = postgres.new_database()
    (folder / "config.toml").write_text(f'DATABASE_URL = "{url}"\n')
    upgraded(Site(folder))
    return url


def upgraded(site: Site) -> str:
    """What ``fwsite db upgrade`` says."""
    with site.opened() as app:
        return "\n".join(map(str, bring_up_to_date(app)))


@pytest.fixture(params=["sqlite", "postgresql"])
def sites(request: pytest.FixtureRequest, filled_instance: Path, tmp_path: Path) -> Sites:
    if request.param == "sqlite":
        return Sites(tmp_path, filled_instance, None)
    cluster: Cluster = request.getfixturevalue("postgres")
    template = database_name(request.getfixturevalue("filled_url"))
    return Sites(tmp_path, filled_instance, lambda full: cluster.new_database(template if full else "template1"))


@pytest.fixture
def site(sites: Sites) -> Site:
    return sites.full()


def judge(site: Site, fit: Fit | None = JUDGED, place: tuple[str, str, str] = PLACE, *, publish: bool = True) -> None:
    """As a maintainer does under *Fits*."""
    with site.opened():
        draft(fit, place)
        if publish:
            drafts.publish(work(), "mara", "Tried it")


def draft(fit: Fit | None, place: tuple[str, str, str] = PLACE) -> None:
    drafts.save(work(), {place: fit}, "mara")


def work() -> drafts.Work:
    found = drafts.work()
    assert found is not None
    return found


def fits_that_rest_on(claim: str) -> list[str]:
    """Their places, in the order of the file."""
    return [
        f"{question.key}.{option.key}.{alternative}"
        for question in work().definition.questions
        for option in question.options
        for alternative, fit in option.fits.items()
        if claim in fit.claims
    ]


def retire(site: Site, claim: str) -> None:
    with site.opened():
        item = document_mapper.find(Kind.CLAIM, claim)
        assert item is not None
        journal.save(item, {**item.document, "state": "retired"}, By("mara"))
        journal.commit()


def in_force(site: Site) -> tuple[str, str | None, str | None]:
    """Version, who published it, and the note."""
    with site.opened():
        row = db.session.get_one(PublishedDefinition, definitions.edition_version())
        return row.version, row.who, row.note


def state(site: Site) -> tuple[object, ...]:
    """What no refused import may change."""
    with site.opened():
        rows = db.session.scalar(select(func.count()).select_from(PublishedDefinition))
        return definitions.edition_version(), rows, list(comparison.documents().items())


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text, old
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def change_fit(folder: Path, fit: int) -> int:
    """Give the fit of Flask for an API another value in the file, which no package brings; returns its line."""
    file = folder / "questionnaire.toml"
    text = file.read_text(encoding="utf-8")
    start = text.index("[questions.options.fits.flask]", text.index('key = "api"'))
    end = text.index("\n\n", start)
    changed = re.sub(r"^fit = \d", f"fit = {fit}", text[start:end], count=1, flags=re.M)
    changed = re.sub(r"\nvia = \[\n.*?\n\]", "", changed, flags=re.S)
    file.write_text(text[:start] + changed + text[end:], encoding="utf-8")
    return text[:start].count("\n") + 2


class TestRoundTrip:
    def test_of_what_is_shipped_into_an_empty_site(self, sites: Sites, site: Site) -> None:
        site.content("export", sites.place / "a")
        empty = sites.empty()
        lines = empty.content("import", sites.place / "a", "--yes")
        assert "+ questionnaire: 12 questions, 4 alternatives" in lines
        empty.content("export", sites.place / "b")
        assert contents(sites.place / "a") == contents(sites.place / "b")
        assert in_force(empty)[1:] == (None, None), "nobody has changed it, so the next shipped one is followed"

    def test_of_fits_that_maintainers_judged(self, sites: Sites, site: Site) -> None:
        judge(site)
        judge(site, None, ("size", "small", "django"))
        site.content("export", sites.place / "a")
        empty = sites.empty()
        lines = empty.content("import", sites.place / "a", "--yes", "--note", "Moved")
        version = in_force(site)[0]
        assert lines[-1] == f"Published version {version[:12]} of the questionnaire."
        assert in_force(empty) == (version, "import", "Moved")
        empty.content("export", sites.place / "b")
        assert contents(sites.place / "a") == contents(sites.place / "b")
        assert 'reason = "We tried “it”"' in (sites.place / "b" / "questionnaire.toml").read_text(encoding="utf-8")

    def test_of_a_fit_whose_point_was_retired_since(self, sites: Sites, site: Site) -> None:
        judge(site)
        retire(site, "flask-set-up")
        site.content("export", sites.place / "a")
        empty = sites.empty()
        empty.content("import", sites.place / "a", "--yes")
        empty.content("export", sites.place / "b")
        assert contents(sites.place / "a") == contents(sites.place / "b")

    def test_of_a_framework_that_maintainers_gave_another_name(self, sites: Sites, site: Site) -> None:
        """What is said of it names it as before, and its sources need not name it."""
        with site.opened():
            item = document_mapper.find(Kind.FRAMEWORK, "flask")
            assert item is not None
            journal.save(item, {**item.document, "name": "Flasque"}, By("mara"))
            journal.commit()
        site.content("export", sites.place / "a")
        empty = sites.empty()
        empty.content("import", sites.place / "a", "--yes")
        empty.content("export", sites.place / "b")
        assert contents(sites.place / "a") == contents(sites.place / "b")

    @pytest.mark.parametrize("judged", [False, True])
    def test_into_the_same_site_changes_nothing(self, sites: Sites, site: Site, judged: bool) -> None:
        if judged:
            judge(site)
        site.content("export", sites.place / "a")
        before = state(site)
        assert site.content("import", sites.place / "a") == ["Nothing would change."]
        assert state(site) == before
        assert site.content("export", sites.place / "a") == ["7 of 7 had nothing to change"]

    def test_leaves_nothing_for_an_upgrade_to_do(self, sites: Sites, site: Site) -> None:
        judge(site)
        site.content("export", sites.place / "a")
        empty = sites.empty()
        empty.content("import", sites.place / "a", "--yes")
        before = state(empty)
        assert f"kept version {in_force(site)[0][:12]} as import published it" in upgraded(empty)
        assert state(empty) == before
        with empty.opened() as app:
            page = signed_in(app).get("/questionnaire/work/publish")
            assert (page.status_code, "The content file has changed" in page.text) == (200, False)


class TestImport:
    @pytest.fixture
    def folder(self, sites: Sites, site: Site) -> Path:
        """An export of the site."""
        site.content("export", sites.place / "out")
        return sites.place / "out"

    def test_shows_each_change_asks_and_publishes(self, site: Site, folder: Path) -> None:
        change_fit(folder, 1)
        change(folder / "questionnaire.toml", "What will the backend mostly do?", "What will it mostly do?")
        change(folder / "questionnaire.toml", 'name = "Django"', 'name = "The Django"')
        lines = site.content("import", folder, "--note", "From git", answer="y\n")
        version, *by = in_force(site)
        assert by == ["import", "From git"]
        assert lines == [
            "~ alternative django: name",
            "~ question work: text",
            "~ fit work.api.flask: fit, via",
            "Import 3 changes? [y/N]: y",
            f"Published version {version[:12]} of the questionnaire.",
        ]
        with site.opened() as app:
            client = app.test_client()
            assert "What will it mostly do?" in client.get("/questionnaire/").text
            assert client.get("/questionnaire/definition.json").json["version"] == version
            assert client.get("/questionnaire/audit").status_code == 200

    def test_changes_nothing_unless_told_to(self, site: Site, folder: Path) -> None:
        change_fit(folder, 1)
        before = state(site)
        assert site.refused("import", folder, answer="n\n")[-1] == "Aborted!"
        assert state(site) == before

    def test_says_what_it_overwrites(self, site: Site, folder: Path) -> None:
        """The export is older than what maintainers published since."""
        judge(site)
        change(folder / "questionnaire.toml", "What will the backend mostly do?", "What will it mostly do?")
        assert site.refused("import", folder, answer="n\n")[:2] == [
            "~ question work: text",
            f"~ fit work.api.flask: fit, reason, claims, via{OVERWRITES}",
        ]

    def test_of_both_is_one_step(self, site: Site, folder: Path) -> None:
        change_fit(folder, 1)
        change(folder / "frameworks" / "flask.toml", 'name = "Flask"', 'name = "Flasque"')
        lines = site.content("import", folder, "--yes")
        assert lines[:2] == ["~ framework flask: name", "~ fit work.api.flask: fit, via"]
        with site.opened() as app:
            assert "Flasque" in app.test_client().get("/comparison/").text
            kinds = set(db.session.scalars(select(journal.Change.who).where(journal.Change.who == "import")))
            assert kinds == {"import"}

    def test_brings_a_fit_with_the_point_that_it_rests_on(self, site: Site, folder: Path) -> None:
        """It is not a published point before the import."""
        claim = '\n[[frameworks.claims]]\nkey = "flask-new"\ncriterion = "parts"\nside = "con"\ntext = "New"\n'
        with (folder / "frameworks" / "flask.toml").open("a") as file:
            file.write(claim + 'evidence = "opinion"\nreviewed_on = 2026-11-22\n')
        with site.opened():
            [fit, *_] = fits_that_rest_on("flask-set-up")
        change(folder / "questionnaire.toml", '"flask-set-up"', '"flask-new"')
        lines = site.content("import", folder, "--yes")
        assert lines[:2] == ["+ claim flask-new: New", f"~ fit {fit}: claims"]

    @pytest.mark.parametrize("full", [True, False], ids=["full", "empty"])
    def test_refuses_a_fit_that_rests_on_nothing(self, sites: Sites, site: Site, folder: Path, full: bool) -> None:
        there = site if full else sites.empty()
        change(folder / "questionnaire.toml", '"django-admin"', '"django-admln"')
        change(folder / "frameworks" / "flask.toml", 'name = "Flask"', 'name = "Flasque"')
        file = folder / "questionnaire.toml"
        line = file.read_text(encoding="utf-8").splitlines().index("claims = [") + 1
        before = state(there) if full else None
        *_, fault, last = there.refused("import", folder, "--yes")
        assert fault == (
            f'{file}:{line}: question "work", option "records", fit of "django": rests on “django-admln”, which is '
            "not a published point; name another, or call it opinion instead of sourced"
        )
        assert last == "Nothing was imported."
        with there.opened():
            assert full or comparison.documents() == {}
        assert not full or state(there) == before

    def test_with_a_fault_names_file_line_and_key_and_changes_nothing(self, site: Site, folder: Path) -> None:
        line = change_fit(folder, 9)
        change(folder / "frameworks" / "flask.toml", "score = 5", "score = 7")
        before = state(site)
        comparisons, questionnaires, last = site.refused("import", folder, "--yes")
        assert comparisons.startswith(f"{folder}/frameworks/flask.toml:")
        assert questionnaires == (
            f'{folder}/questionnaire.toml:{line}: question "work", option "api", fit of "flask": '
            "fit is 9; it must be a whole number from 0 to 4"
        )
        assert last == "Nothing was imported."
        assert state(site) == before

    def test_says_so_where_somebody_publishes_while_it_asks(self, site: Site, folder: Path) -> None:
        class Typing(BytesIO):
            """Takes so long to say yes that a maintainer publishes."""

            def read1(self, size: int | None = -1) -> bytes:
                judge(site)
                return super().read1(size)

        change_fit(folder, 0)
        done = site.run("content", "import", folder, answer=Typing(b"y\n"))
        assert (done.exit_code, "has changed in the meantime, so nothing was imported" in done.output) == (1, True)
        assert in_force(site)[1] == "mara"

    def test_leaves_the_draft_which_can_be_put_onto_what_came(self, site: Site, folder: Path) -> None:
        judge(site, publish=False)
        change(folder / "questionnaire.toml", "What will the backend mostly do?", "What will it mostly do?")
        site.content("import", folder, "--yes")
        with site.opened() as app:
            mara = signed_in(app)
            page = mara.get("/questionnaire/work/publish").text
            assert "Another version has been published since this draft was begun" in page
            sent = {**{name: values[0] for name, values in inputs(page).items()}, "do": "catch-up"}
            done = mara.post("/questionnaire/work/publish", data=sent)
            page = unescape(mara.get(done.location).text)
            assert "The draft is now based on the newest version; your changes are still in it." in page
            assert work().definition.by_key["work"].text == "What will it mostly do?"
            assert work().definition.by_key["work"].by_key["api"].fits["flask"].reason == JUDGED.reason

    def test_without_the_questionnaires_file_leaves_the_questionnaire(self, site: Site, folder: Path) -> None:
        (folder / "questionnaire.toml").unlink()
        (folder / "scenarios.toml").unlink()
        judge(site)
        assert site.content("import", folder) == ["Nothing would change."]
        assert in_force(site)[1] == "mara"

    def test_of_scenarios_without_their_questionnaire_is_refused(self, site: Site, folder: Path) -> None:
        (folder / "questionnaire.toml").unlink()
        before = state(site)
        [fault, last] = site.refused("import", folder, "--yes")
        assert fault == f"{folder}/questionnaire.toml: file: cannot be read: No such file or directory"
        assert last == "Nothing was imported."
        assert state(site) == before

    def test_of_the_questionnaires_file_alone(self, sites: Sites, site: Site, folder: Path) -> None:
        change_fit(folder, 1)
        shutil.copytree(folder, sites.place / "alone", ignore=shutil.ignore_patterns("edition.toml", "frameworks"))
        for place in (folder / "questionnaire.toml", sites.place / "alone"):
            assert site.refused("import", place, answer="n\n")[0] == "~ fit work.api.flask: fit, via"

    def test_of_a_questionnaire_that_is_empty_names_what_it_lacks(self, sites: Sites, site: Site) -> None:
        (sites.place / "questionnaire.toml").write_text("")
        lines = site.refused("import", sites.place / "questionnaire.toml")
        assert lines[0].endswith("alternatives: give at least two [[alternatives]] to choose from")

    def test_of_a_folder_without_content_says_what_it_lacks(self, sites: Sites, site: Site) -> None:
        (sites.place / "nothing").mkdir()
        [fault, last] = site.refused("import", sites.place / "nothing")
        assert fault == f"{sites.place}/nothing/edition.toml: file: cannot be read: No such file or directory"
        assert last == "Nothing was imported."


class TestExport:
    def test_of_one_file_says_whose_content_it_holds(self, sites: Sites, site: Site) -> None:
        alone = sites.place / "questionnaire.toml"
        assert site.content("export", alone)[-1] == "One file holds the questionnaire alone; a folder holds everything."
        site.content("export", sites.place / "out")
        parts = [(sites.place / "out" / name).read_text("utf-8") for name in ("questionnaire.toml", "scenarios.toml")]
        assert alone.read_text("utf-8") == "\n".join(parts), "its scenarios are in the one file, too"
        assert site.content("import", alone) == ["Nothing would change."]
        lines = site.content("export", sites.place / "ledger.toml")
        assert lines[-1] == "One file holds the comparison alone; a folder holds everything."
        assert "questions" not in (sites.place / "ledger.toml").read_text(encoding="utf-8")

    def test_touches_no_questionnaire_that_is_none(self, sites: Sites, site: Site) -> None:
        (sites.place / "out").mkdir()
        (sites.place / "out" / "questionnaire.toml").write_text("[mine]\nx = 1\n")
        assert "is not a file that an export wrote" in site.refused("export", sites.place / "out")[0]
        assert contents(sites.place / "out") == {"questionnaire.toml": "[mine]\nx = 1\n"}

    def test_is_of_the_edition_and_not_of_what_is_withheld_today(self, sites: Sites, site: Site) -> None:
        """A framework that is a draft is recommended to nobody, and its fits are kept."""
        site.content("export", sites.place / "a")
        with site.opened():
            item = document_mapper.find(Kind.FRAMEWORK, "flask")
            assert item is not None
            journal.save(item, {**item.document, "state": "draft"}, By("mara"))
            journal.commit()
        site.content("export", sites.place / "b")
        a, b = contents(sites.place / "a"), contents(sites.place / "b")
        assert [name for name in a if a[name] != b[name]] == ["frameworks/flask.toml"]


def test_recommend_and_an_import_agree_on_what_is_in_force(sites: Sites, site: Site) -> None:
    site.content("export", sites.place / "out")
    change_fit(sites.place / "out", 0)
    answers = '{"answers": {"work": {"options": ["api"], "weight": "must"}, "size": {"options": ["small"]}}}'
    before = site.run("recommend", "-", answer=answers)
    site.content("import", sites.place / "out", "--yes")
    after = site.run("recommend", "-", answer=answers)
    assert (before.exit_code, after.exit_code) == (0, 0)
    assert in_force(site)[0] in after.output and in_force(site)[0] not in before.output
