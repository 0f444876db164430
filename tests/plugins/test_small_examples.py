"""Two small extensions, installed by pip as anybody would: their own tests, and what is left when one of them goes."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import Environment
from tests.support.paths import ROOT

NAMES = ("fwsite-hosting", "fwsite-pulse")
KEYS = ["hosting-files", "hosting-jobs"]
QUESTIONS = ("What will send style sheets and pictures?", "What has to run besides answering requests?")

WITH_IT = """
import json, sys
from tests.support.site import create_app
from fwsite.blueprints.questionnaire import drafts
from fwsite.domain.questionnaire import Fit
from tests.support.forms import first_options, submit
from tests.support.people import signed_in

app = create_app(sys.argv[1])
client = app.test_client()
token = submit(client, first_options(client, 14)).location
for count in range(3, 12):  # so many that numbers are published
    submit(client, first_options(client, count))
with app.app_context():
    drafts.save(drafts.work(), {("work", "records", "flask"): Fit(4, "As it stands")}, "mara")
maintainer = signed_in(app, "mara")
pages = {
    "result": token,
    "result.json": f"{token}/result.json",
    "decision": f"{token}/decision.md",
    "statistics": "/questionnaire/statistics",
    "definition": "/questionnaire/definition.json",
}
found = {name: client.get(path).text for name, path in pages.items()}
found["publish"] = maintainer.get("/questionnaire/work/publish").text
print(json.dumps({"token": token, **found}))
"""

WITHOUT_IT = """
import json, sys
from tests.support.site import create_app
from fwsite.extend import listed_extensions
from tests.support.forms import inputs

app = create_app(sys.argv[1])
client = app.test_client()
found = {path: (lambda got: [got.status_code, got.text])(client.get(path)) for path in sys.argv[2:]}
page = client.get(f"{sys.argv[2]}/delete").text
deleted = client.post(f"{sys.argv[2]}/delete", data=inputs(page))
found["deleted"] = [deleted.status_code, str(client.get(sys.argv[2]).status_code)]
with app.app_context():
    active = [record.package for record in listed_extensions() if record.package and record.state == "active"]
print(json.dumps({"found": found, "active": active}))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds copies of the packages, out of reach of the configuration of this project's own tests."""
    made = tmp_path_factory.mktemp("small")
    for name in NAMES:
        shutil.copytree(ROOT / "tests" / "extensions" / name, made / name)
    return made


@pytest.fixture(scope="module")
def environment(folder: Path) -> Environment:
    """An environment with both of them."""
    made = Environment(folder / "environment")
    made.install(*(folder / name for name in NAMES))
    return made


@pytest.fixture(scope="module")
def instance(filled_instance: Path, folder: Path) -> Path:
    """An instance folder for a site with both of them; they have no tables."""
    return Path(shutil.copytree(filled_instance, folder / "instance"))


@pytest.fixture(scope="module")
def before(environment: Environment, folder: Path, instance: Path) -> dict[str, Any]:
    """What visitors and maintainers saw while both were installed."""
    return told(environment, folder, WITH_IT, str(instance))


def told(environment: Environment, folder: Path, script: str, *arguments: str) -> Any:
    done = environment.run("python", "-W", "error", "-c", script, *arguments, cwd=folder, PYTHONPATH=str(ROOT))
    return json.loads(done.stdout)


def test_their_own_tests_pass(environment: Environment, folder: Path) -> None:
    tests = [str(folder / name / "tests") for name in NAMES]

    options = ("-q", "-rA", "-W", "error", "-p", "no:cacheprovider", "-p", "tests.support.quick")
    done = environment.run("pytest", *options, *tests, cwd=folder, PYTHONPATH=str(ROOT))

    passed = re.findall(r"^PASSED \S+/(test_\w+)\.py", done.stdout, re.M)
    assert set(passed) == {"test_hosting", "test_pulse"}
    assert re.search(rf"^{len(passed)} passed in ", done.stdout, re.M)


def test_added_questions_count_wherever_questions_do(
    environment: Environment, folder: Path, instance: Path, before: dict[str, Any]
) -> None:
    answers = folder / "answers.json"
    answers.write_text(json.dumps({"answers": json.loads(before["result.json"])["answers"]}))

    recommended = environment.run("fwsite", "--instance", str(instance), "recommend", str(answers), cwd=folder)

    assert recommended.stdout == before["result.json"]
    assert [question["key"] for question in json.loads(before["definition"])["questions"]][-2:] == KEYS
    assert "10 responses" in before["statistics"]
    assert "It includes the questions that extensions add." in before["publish"]
    for question in QUESTIONS:
        assert all(question in before[page] for page in ("result", "decision", "statistics", "publish"))


def test_what_was_answered_stays_when_the_questions_are_uninstalled(
    environment: Environment, folder: Path, instance: Path, before: dict[str, Any]
) -> None:
    """Comes last: from here on the environment has one of the two."""
    token, version = before["token"], json.loads(before["definition"])["version"]
    environment.uninstall("fwsite-hosting")
    frozen = [token, f"{token}/result.json", f"{token}/decision.md", f"{token}/re-evaluate"]
    others = [f"/questionnaire/?from={token.rpartition('/')[2]}", "/questionnaire/how", "/questionnaire/audit"]
    versions = [f"/questionnaire/{page}?version={version}" for page in ("definition.json", "statistics")]
    gone = ["/comparison/data.md", "/comparison/", "/questionnaire/definition.json", "/pulse/"]

    now = told(environment, folder, WITHOUT_IT, str(instance), *frozen, *others, *versions, *gone)
    found = now["found"]

    assert now["active"] == ["fwsite-pulse"]
    assert [status for status, _ in found.values()] == [200] * 9 + [404, 200, 200, 302, 303]
    page, result, decision, again = (found[path][1] for path in frozen)
    assert result == before["result.json"]
    assert decision == before["decision"]
    assert all(question in page for question in QUESTIONS)
    assert f"2 questions were removed: {', '.join(f'“{question}”' for question in QUESTIONS)}." in page
    assert again.count("this question is no longer asked") == 2
    assert not any(question in found[path][1] for path in (*others, "/comparison/") for question in QUESTIONS)
    assert "Server interface" not in found["/comparison/"][1]
    definition, statistics = (found[path][1] for path in versions)
    assert definition == before["definition"]
    assert all(question in statistics for question in QUESTIONS)
    assert len(json.loads(found["/questionnaire/definition.json"][1])["questions"]) == 12
    assert found["deleted"][1] == "404"
