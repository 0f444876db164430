"""Forms that a server's threads leave to one of them: each is answered once, whatever fails, and the others go on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from fwsite.server import together
from fwsite.server.together import AT_MOST, Together


class Server:
    """Its tasks are done when a test says so; counts how often its loop is woken."""

    def __init__(self) -> None:
        self.tasks: list[Any] = []
        self.woken = 0

    def hand_over(self, task: Any) -> None:
        self.tasks.append(task)

    def wake(self) -> None:
        self.woken += 1


class Forms:
    """Handles all forms but those that say that they are odd, and remembers which came together."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.meanwhile: Callable[[], None] = lambda: None

    def may_handle(self, path: str) -> bool:
        return path == "/form"

    def handle(self, environs: Iterable[dict[str, Any]]) -> None:
        found = list(environs)
        self.batches.append([environ["name"] for environ in found])
        self.meanwhile()
        for environ in found:
            text = None if environ["name"].startswith("odd") else environ["name"]
            environ["fwsite.form"] = SimpleNamespace(text=text)


class Channel:
    def __init__(self, site: Site, name: str, command: str = "POST", path: str = "/form", error: Any = None) -> None:
        self.site, self.name = site, name
        self.requests = [SimpleNamespace(command=command, path=path, error=error)]

    def begin(self) -> dict[str, Any] | None:
        return None if self.name == "gone" else {"name": self.name}

    def service(self) -> None:
        self.site.answered.append(self.name)
        self.site.together.pull_trigger()
        if self.name == "broken":
            raise RuntimeError("it cannot be written to")

    def cancel(self) -> None:
        self.site.cancelled.append(self.name)


class Site:
    def __init__(self) -> None:
        self.server, self.forms = Server(), Forms()
        self.together = Together(self.forms, self.server.hand_over, self.server.wake)  # type: ignore[arg-type]
        self.answered: list[str] = []
        self.cancelled: list[str] = []

    def comes(self, *names: str, **request: Any) -> None:
        for name in names:
            self.together.add_task(Channel(self, name, **request))

    def do(self) -> list[str]:
        """Do the next task; returns who was answered by it."""
        before = len(self.answered)
        self.server.tasks.pop(0).service()
        return self.answered[before:]

    def waiting(self) -> list[str]:
        """The tasks of single channels that are left to other threads."""
        return [task.name for task in self.server.tasks if isinstance(task, Channel)]


@pytest.fixture
def site() -> Site:
    return Site()


def test_what_waits_is_one_task_and_the_loop_is_woken_once(site: Site) -> None:
    site.comes("a", "b", "c")
    assert len(site.server.tasks) == 1
    assert site.do() == ["a", "b", "c"]
    assert (site.forms.batches, site.server.woken, site.server.tasks) == ([["a", "b", "c"]], 1, [])


@pytest.mark.parametrize("request_", [{"command": "GET"}, {"path": "/other"}, {"error": "too large"}])
def test_anything_else_is_a_task_of_its_own(site: Site, request_: dict[str, Any]) -> None:
    site.comes("a", "b", **request_)
    assert site.waiting() == ["a", "b"]
    site.do()
    assert (site.answered, site.forms.batches, site.server.woken) == (["a"], [], 1)


def test_what_comes_meanwhile_is_a_task_again_afterwards(site: Site) -> None:
    site.comes("a")
    site.forms.meanwhile = lambda: site.comes("b", "c")
    assert (site.do(), len(site.server.tasks)) == (["a"], 1)
    site.forms.meanwhile = lambda: None
    assert site.do() == ["b", "c"]
    site.comes("d")
    assert site.do() == ["d"]
    assert (site.forms.batches, site.server.tasks) == ([["a"], ["b", "c"], ["d"]], [])


def test_what_needs_its_view_is_left_to_other_threads(site: Site) -> None:
    site.comes("a", "odd", "gone", "b")
    assert site.do() == ["a", "b"]
    assert sorted(site.waiting()) == ["gone", "odd"]
    assert site.forms.batches == [["a", "odd", "b"]]


def test_where_handling_fails_all_are_left_to_their_views_and_the_next_ones_are_handled(site: Site) -> None:
    def fail() -> None:
        raise OSError("no")

    site.comes("a", "b")
    site.forms.meanwhile = fail
    assert (site.do(), site.waiting()) == ([], ["a", "b"])
    site.server.tasks.clear()
    site.forms.meanwhile = lambda: None
    site.comes("c")
    assert site.do() == ["c"]


def test_one_that_cannot_be_answered_does_not_hold_up_the_others(site: Site) -> None:
    site.comes("a", "broken", "b")
    assert site.do() == ["a", "broken", "b"]
    assert site.server.woken == 1


def test_no_more_than_the_limit_are_handled_together(site: Site) -> None:
    names = [str(number) for number in range(AT_MOST + 2)]
    site.comes(*names)
    assert site.do() == names[:AT_MOST]
    assert site.do() == names[AT_MOST:]


def test_where_several_came_the_last_time_it_is_looked_again_for_as_many(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        site.comes(f"after {len(pauses)}")

    monkeypatch.setattr(together.time, "sleep", sleep)
    site.comes("a", "b", "c")
    assert (site.do(), pauses) == (["a", "b", "c"], [])
    site.comes("d")
    assert site.do() == ["d", "after 1", "after 2"]
    assert len(pauses) == 2


def test_other_threads_wake_the_loop_while_several_are_answered(site: Site) -> None:
    class Slow(Channel):
        def service(self) -> None:
            other = threading.Thread(target=self.site.together.pull_trigger)
            other.start()
            other.join()

    site.together.add_task(Slow(site, "a"))
    site.do()
    assert site.server.woken == 2


def test_when_the_server_ends_those_that_wait_hear_of_it(site: Site) -> None:
    site.comes("a", "b")
    site.server.tasks.pop().cancel()
    assert (site.cancelled, site.answered) == (["a", "b"], [])
