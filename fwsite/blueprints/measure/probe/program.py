"""Command loop of the child: an order is a line of JSON on standard input, its outcome a line on standard output."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

from . import blocks, seed
from .answer import Answer

LONGEST = 200
"""Characters of an exception's message that are told."""
_MISSING = "; a package has to be in “requirements” or “tools” of subject.toml"


class Program:
    """One application, and the orders that can be given for it; each method without underscore is an order.

    What an order alone needs is imported by it: the memory of the process is measured, too.
    """

    def __init__(self, orders: TextIO, outcomes: TextIO) -> None:
        self._orders = orders
        self._outcomes = outcomes
        self._folder = ""
        self._application: Any = None
        self._interface = ""
        self._statements: Any = None
        self._calls: Any = None

    def load(self, folder: str, target: str, interface: str, counting: bool) -> dict[str, Any]:
        """Seed the database, and import the application as ``module:name`` from ``folder``."""
        if counting:
            from . import counters

            self._statements = counters.Statements()
            self._calls = counters.Calls(str(Path(__file__).parent))
        seed.seed(os.environ["MEASURE_DATABASE"])
        self._folder = folder
        sys.path.insert(0, folder)
        module, _, name = target.partition(":")
        self._application = getattr(import_module(module), name)
        self._interface = interface
        return {}

    @cached_property
    def _caller(self) -> Any:
        """Made where it is asked for: a server starts the application's lifespan itself."""
        return import_module(f".{self._interface}_caller", __package__).Caller(self._application)

    def answer(self, path: str) -> dict[str, Any]:
        """Status, media type and body of one request."""
        answer: Answer = self._caller.answer(path)
        return {
            "status": answer.status,
            "media_type": answer.media_type,
            "body": answer.body.decode("utf-8", "replace"),
        }

    def warm(self, path: str, seconds: float) -> dict[str, Any]:
        """Warm up; the number of requests between two looks at the clock."""
        return {"batch": blocks.fitting_batch(self._runner(path), seconds)}

    def block(self, path: str, seconds: float, batch: int) -> dict[str, Any]:
        """Processor time of a block of requests."""
        return blocks.run_block(self._runner(path), seconds, batch)._asdict()

    def requests(self, paths: list[str], number: int) -> dict[str, Any]:
        """So many requests, to these addresses in turn."""
        for index in range(number):
            self._caller.run(paths[index % len(paths)], 1)
        return {}

    def count(self, path: str, warm_up: int, number: int) -> dict[str, Any]:
        """SQL statements and Python calls of one request, as the median of ``number``."""
        self._caller.run(path, warm_up)
        statements, calls = [], []
        for _ in range(number):
            before = self._statements.count
            with self._calls:
                self._caller.run(path, 1)
            statements.append(self._statements.count - before)
            calls.append(self._calls.count)
        middle = number // 2
        return {"statements": sorted(statements)[middle], "calls": sorted(calls)[middle]}

    def memory(self) -> dict[str, Any]:
        """Megabytes of this process."""
        from . import footprint

        return dict(footprint.memory())

    def installed(self) -> dict[str, Any]:
        """What this environment has, and which Python and SQLite."""
        from . import footprint

        return footprint.installed()

    def serve(self, server: str, threads: int) -> dict[str, Any]:
        """Serve until the other end of the pipe is closed; the port is told before."""
        import threading

        from . import servers

        serve = servers.SERVERS[server]
        import_module(server)
        listening = servers.listening_socket()
        self._say({"done": {"port": listening.getsockname()[1]}})
        threading.Thread(target=self._end_with_the_pipe, daemon=True).start()
        serve(self._application, listening, threads)
        raise RuntimeError(f"{server} ended unexpectedly")

    def _runner(self, path: str) -> Callable[[int], None]:
        return lambda number: self._caller.run(path, number)

    def _end_with_the_pipe(self) -> None:
        self._orders.read()
        os._exit(0)

    def _say(self, outcome: dict[str, Any]) -> None:
        self._outcomes.write(json.dumps(outcome) + "\n")
        self._outcomes.flush()

    def _fault(self, error: BaseException) -> str:
        """Exception, message and the last line of the subject that was running, in one line."""
        import traceback

        traceback.print_exception(error)
        said = " ".join(f"{type(error).__name__}: {error}".split()).removesuffix(":")
        advice = _MISSING if isinstance(error, ModuleNotFoundError) else ""
        frames = [each for each in traceback.extract_tb(error.__traceback__) if each.filename.startswith(self._folder)]
        place = f" ({os.path.relpath(frames[-1].filename, self._folder)}:{frames[-1].lineno})" if frames else ""
        return said[:LONGEST] + (place if self._folder else "") + advice

    def run(self) -> None:
        """Carry out orders until there are no more."""
        for line in self._orders:
            order, values = json.loads(line)
            try:
                done = {"done": getattr(self, order)(**values)}
            except BaseException as error:  # whatever a subject raises, its reason is told
                done = {"fault": self._fault(error)}
            self._say(done)


def main() -> None:
    """Standard output is for outcomes alone: what the subject prints goes to standard error."""
    outcomes = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    Program(sys.stdin, outcomes).run()
    os._exit(0)  # a subject's threads do not hold up the end
