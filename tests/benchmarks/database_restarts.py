"""PostgreSQL restarted again and again under clients that answer: ``python -m tests.benchmarks.database_restarts [N]``.

N restarts, half of them like a crash. Exits with 1 where an answer was lost or doubled, or where nothing was taken in
within five seconds after the server answered. What was sent once more after a page with error 503 is counted.
"""

from __future__ import annotations

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from fwsite import create_app
from fwsite.db.engine import db
from fwsite.plugins.upgrade import bring_up_to_date
from tests.db.test_retry import BACK_WITHIN, Answering, form_of, responses, wait_for
from tests.support.postgres import Cluster, programs
from tests.support.served import Site, free_port

CLIENTS = 8


def main(restarts: int = 10) -> int:
    """Restart a server of our own under a site of our own, and print what clients saw."""
    found = programs()
    if found is None:
        sys.exit("PostgreSQL is not installed: apt-get install postgresql")
    with TemporaryDirectory(prefix="fwsite-pg-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        cluster = Cluster(found, Path(name) / "server", free_port(), durable=True)
        cluster.start()
        site = Site(Path(name) / "instance", Path(name) / "log")
        site.instance.mkdir()
        (site.instance / "config.toml").write_text(f'DATABASE_URL = "{cluster.new_database()}"\n')
        try:
            return _restart(cluster, site, restarts)
        finally:
            site.stop()
            cluster.stop()


def _restart(cluster: Cluster, site: Site, restarts: int) -> int:
    app = create_app(site.instance)
    list(bring_up_to_date(app))
    site.start()
    people = [Answering(site.port, *form_of(app)) for _ in range(CLIENTS)]
    enough, slowest = threading.Event(), 0.0
    with ThreadPoolExecutor(CLIENTS) as pool:
        running = [pool.submit(person.go_on, enough) for person in people]
        try:
            for number in range(restarts):
                mode = "immediate" if number % 2 else "fast"
                time.sleep(2)
                began = time.monotonic()
                cluster.stop(mode)
                cluster.start_again()
                back = time.monotonic()
                wait_for(lambda back=back: all(person.times[-1] > back for person in people), BACK_WITHIN)  # type: ignore[misc]
                after = time.monotonic() - back
                slowest = max(slowest, after)
                print(f"{number + 1} of {restarts}, {mode}: away {back - began:.1f} s, all back {after:.1f} s later")
        finally:
            enough.set()
        for each in running:
            each.result()
    acknowledged = [location for person in people for location in person.acknowledged]
    lost_or_doubled = responses(app) - len(set(acknowledged))
    with app.app_context():
        db.engine.dispose()
    again = sum(person.refused for person in people)
    print(
        f"{restarts} restarts, {CLIENTS} clients: {len(acknowledged)} answers acknowledged, {again} sent once more, "
        f"{lost_or_doubled} lost or doubled, all back within {slowest:.1f} s"
    )
    return 1 if lost_or_doubled or len(set(acknowledged)) != len(acknowledged) else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
