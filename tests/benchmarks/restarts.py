"""Rolling restarts under clients that read and answer: ``python -m tests.benchmarks.restarts [PROCESSES] [RESTARTS]``.

Exits with 1 where a request failed, or an answer was lost or doubled.
"""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.serving import ServedSite, Traffic

CLIENTS = 8
ANSWERS_BETWEEN = 20


def main(processes: int = 1, restarts: int = 10) -> int:
    """Restart a site of our own again and again, and print what clients saw."""
    with TemporaryDirectory(prefix="fwsite-restarts-") as folder:
        site = ServedSite(Path(folder) / "instance", Path(folder), PROCESSES=str(processes))
        site.start()
        try:
            with Traffic(site.port, CLIENTS) as traffic:
                for number in range(1, restarts + 1):
                    traffic.goes_on(ANSWERS_BETWEEN)
                    began = time.monotonic()
                    site.signal(signal.SIGHUP)
                    site.says("Serving on", number + 1)
                    print(f"restart {number} of {restarts}: {time.monotonic() - began:.1f} s", flush=True)
                traffic.goes_on(ANSWERS_BETWEEN)
            lost, doubled = traffic.lost_or_doubled(site.stored())
            code = site.stop()
        finally:
            site.stop()
    print(
        f"{processes} process(es), {restarts} rolling restarts, {CLIENTS} clients: {traffic.requests} requests, "
        f"{len(traffic.failures)} failed; {len(traffic.acknowledged)} answers acknowledged, {lost} lost, {doubled} "
        f"doubled; exit code {code}"
    )
    for failure in traffic.failures[:5]:
        print(f"  {failure}")
    return 1 if traffic.failures or lost or doubled or code else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
