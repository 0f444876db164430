"""Many writers at once on SQLite: nothing is refused, nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from fwsite.blueprints.questionnaire.models import StoredResponse
from fwsite.extend import db
from tests.support.paths import ROOT

PROCESSES = 2
THREADS = 8
EACH = 200

WRITER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from tests.support.site import create_app
from fwsite.domain import robustness
from fwsite.web.signing import new_submission
from tests.support.forms import first_options, open_form

robustness.DRAWS = 20  # what is tried here is storing, not arithmetic
app = create_app(sys.argv[1])

def store(count):
    client = app.test_client()
    form = {**open_form(client), **first_options(client, 6)}
    locations = []
    for _ in range(count):
        response = client.post("/questionnaire/", data={**form, "submission": new_submission()})
        assert response.status_code == 303, response.status
        locations.append(response.location)
    return locations

with ThreadPoolExecutor(int(sys.argv[2])) as pool:
    for locations in pool.map(store, [int(sys.argv[3])] * int(sys.argv[2])):
        print(*locations, sep="\\n")
"""


def test_two_processes_with_sixteen_threads_lose_no_answer(app: Flask, instance: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(instance), str(THREADS), str(EACH)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    writers = [subprocess.Popen(command, cwd=ROOT, text=True, **pipes) for _ in range(PROCESSES)]
    outputs = [writer.communicate(timeout=300) for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * PROCESSES, outputs
    assert all("locked" not in errors for _, errors in outputs)
    acknowledged = {line for printed, _ in outputs for line in printed.split()}
    assert len(acknowledged) == PROCESSES * THREADS * EACH
    with app.app_context():
        answers = list(db.session.scalars(select(StoredResponse.answers)))
        assert len(answers) == len(acknowledged)
        questions = len(app.test_client().get("/questionnaire/definition.json").json["questions"])
        assert {len(each) for each in answers} == {questions}
