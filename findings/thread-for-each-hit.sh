#!/usr/bin/env bash
# Expected: a rate limiter that counts in memory adds one to a number, and what that costs does not depend on how many
#   other visitors it has seen.
# Happens: each hit that comes later than about ten milliseconds after the last one starts a thread, a threading.Timer
#   that ends ten milliseconds later, after it has gone through the counters of all visitors. Twenty hits in a row start
#   twenty threads; with 100,000 visitors in memory, a hit takes many times the processor time that it takes with ten.
# At: limits 5.8.0, MemoryStorage, which is "memory://" and the default of Flask-Limiter.
# Matters: the limiter is there for the moment when requests of many addresses come. Count in Redis or in a table, or in
#   a dictionary of your own that is swept as it grows.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check limits==5.8.0

cat >"$folder/hits.py" <<'PYTHON'
import sys
import threading
import time
from importlib.metadata import version

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

HITS = 20
started = []


class Counted(threading.Timer):
    def start(self):
        started.append(self)
        super().start()


threading.Timer = Counted
limit = parse("1000000 per hour")


def hits_beside(visitors):
    """Threads and milliseconds of processor time for each hit of one visitor, with so many others in memory."""
    limiter = FixedWindowRateLimiter(MemoryStorage())
    for number in range(visitors):
        limiter.hit(limit, f"visitor {number}")
    started[-1].join()
    before, began = len(started), time.process_time()
    for _ in range(HITS):
        limiter.hit(limit, "somebody")
        started[-1].join()  # ten milliseconds and more: the next visitor's hit comes after it
    return (len(started) - before) / HITS, (time.process_time() - began) / HITS * 1000


few, many = hits_beside(10), hits_beside(100_000)
print(f"limits {version('limits')}, {HITS} hits, one after the other")
print(f"beside 10 visitors: {few[0]:.2f} threads and {few[1]:.2f} ms of processor time for each hit")
print(f"beside 100,000 visitors: {many[0]:.2f} threads and {many[1]:.2f} ms, {many[1] / few[1]:.0f} times as much")
if (few[0], many[0]) != (1, 1):
    sys.exit("changed: one thread for each hit was expected")
if many[1] < 5 * few[1]:
    sys.exit("changed: at least five times the time was expected")
PYTHON
"$folder/venv/bin/python" "$folder/hits.py"
