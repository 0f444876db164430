"""kill -9 under answer load: ``python -m tests.benchmarks.kills [PROCESSES] [KILLS]``.

With several processes one of them is killed each time, and its parent replaces it; a single one is started again, as a
service manager does. Clients send again what got no answer. Exits with 1 where an acknowledged answer is lost, or one
is stored twice.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.serving import ServedSite, Traffic

CLIENTS = 8
ANSWERS_BETWEEN = 15


def main(processes: int = 2, kills: int = 40) -> int:
    """Kill a site of our own again and again, and print what became of the answers."""
    with TemporaryDirectory(prefix="fwsite-kills-") as folder:
        site = ServedSite(Path(folder) / "instance", Path(folder), PROCESSES=str(processes))
        site.start()
        try:
            with Traffic(site.port, CLIENTS, retry=True) as traffic:
                for number in range(1, kills + 1):
                    traffic.goes_on(ANSWERS_BETWEEN)
                    kill(site)
                    print(f"kill {number} of {kills}: {len(traffic.acknowledged)} answers so far", flush=True)
                traffic.goes_on(ANSWERS_BETWEEN)
            lost, doubled = traffic.lost_or_doubled(site.stored())
        finally:
            site.stop()
    print(
        f"{processes} process(es), {kills} times kill -9, {CLIENTS} clients: {len(traffic.acknowledged)} answers "
        f"acknowledged, {lost} lost, {doubled} doubled; {len(traffic.failures)} requests without an answer in the end"
    )
    for failure in traffic.failures[:5]:
        print(f"  {failure}")
    return 1 if lost or doubled or traffic.failures else 0


def kill(site: ServedSite) -> None:
    """End one process without a word."""
    children = site.children()
    if children:
        os.kill(random.choice(children), signal.SIGKILL)
        return
    site.signal(signal.SIGKILL)
    site.ended()
    site.start()


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
