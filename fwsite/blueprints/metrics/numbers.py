"""Everything that is counted, as Prometheus has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from fwsite.blueprints.metrics.exposition import Family, Sample, histogram
from fwsite.extend import State, Traffic, listed_extensions


def families(counted: Traffic) -> Iterator[Family]:
    """Everything there is to tell, in the order of the page."""
    records = listed_extensions()
    version = next((record.version for record in records if not record.package), "")
    yield Family("fwsite_info", "gauge", "The version of the site.", (Sample(1, {"version": version}),))
    states = Counter(record.state for record in records)
    yield Family(
        "fwsite_extensions",
        "gauge",
        "Installed extensions, the site's own parts too.",
        tuple(Sample(states[state], {"state": state.value}) for state in State if state is not State.UNINSTALLED),
    )
    yield from _requests(counted)
    yield from _processes(counted)
    for name, title in _EVENTS.items():
        yield Family(f"fwsite_{name}_total", "counter", title, (Sample(counted.events.get(_NAMES[name], 0)),))


_NAMES = {"answers_stored": "questionnaire.answer_stored", "comparison_changes": "comparison.changed"}
_EVENTS = {
    "answers_stored": "Questionnaires of visitors that were stored.",
    "comparison_changes": "Changes of the comparison that were published.",
}


def _requests(counted: Traffic) -> Iterator[Family]:
    answered = sorted(counted.answered.items())
    yield Family(
        "fwsite_http_requests_total",
        "counter",
        "Requests that were answered, by the view that did and the class of the status.",
        tuple(
            Sample(count, {"endpoint": name, "status": f"{status}xx"})
            for name, each in answered
            for status, count in each.statuses.items()
        ),
    )
    yield Family(
        "fwsite_http_request_duration_seconds",
        "histogram",
        "Time until the answer was there, without the time in which it was sent.",
        tuple(
            sample
            for name, each in answered
            for sample in histogram({"endpoint": name}, counted.ends, each.durations, each.seconds)
        ),
    )


def _processes(counted: Traffic) -> Iterator[Family]:
    yield Family(
        "fwsite_process_resident_memory_bytes",
        "gauge",
        "Resident memory of each process; what processes share is in each of them.",
        tuple(Sample(each.memory, {"process": str(each.number)}) for each in counted.processes),
    )
    yield Family(
        "fwsite_process_start_time_seconds",
        "gauge",
        "When each process began, in seconds since 1970.",
        tuple(Sample(each.started, {"process": str(each.number)}) for each in counted.processes),
    )
