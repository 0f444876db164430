"""Prometheus metric families: everything that is counted, under the names that are published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from fwsite.extend import State, Traffic, listed_extensions


@dataclass(frozen=True)
class Numbers:
    """A collector for prometheus-client: everything there is to tell, in the order of the page."""

    counted: Traffic

    def collect(self) -> Iterator[Metric]:
        """The families, each with its samples."""
        records = listed_extensions()
        version = next((record.version for record in records if not record.package), "")
        yield _gauge("fwsite_info", "The version of the site.", "version", {version: 1})
        count = Counter(record.state for record in records)
        states = {state.value: count[state] for state in State if state is not State.UNINSTALLED}
        yield _gauge("fwsite_extensions", "Installed extensions, the site's own parts too.", "state", states)
        yield from self._requests()
        title = "Resident memory of each process; what processes share is in each of them."
        memory = {str(each.number): each.memory for each in self.counted.processes}
        yield _gauge("fwsite_process_resident_memory_bytes", title, "process", memory)
        title = "When each process began, in seconds since 1970."
        started = {str(each.number): each.started for each in self.counted.processes}
        yield _gauge("fwsite_process_start_time_seconds", title, "process", started)
        title, number = "Questionnaires of visitors that were stored.", self._events("questionnaire.answer_stored")
        yield CounterMetricFamily("fwsite_answers_stored", title, number)
        title, number = "Changes of the comparison that were published.", self._events("comparison.changed")
        yield CounterMetricFamily("fwsite_comparison_changes", title, number)

    def _events(self, name: str) -> int:
        return self.counted.events.get(name, 0)

    def _requests(self) -> Iterator[Metric]:
        title = "Requests that were answered, by the view that did and the class of the status."
        requests = CounterMetricFamily("fwsite_http_requests", title, labels=["endpoint", "status"])
        title = "Time until the answer was there, without the time in which it was sent."
        durations = HistogramMetricFamily("fwsite_http_request_duration_seconds", title, labels=["endpoint"])
        ends = [*(f"{end:g}" for end in self.counted.ends), "+Inf"]
        for name, each in sorted(self.counted.answered.items()):
            for status, number in each.statuses.items():
                requests.add_metric([name, f"{status}xx"], number)
            durations.add_metric([name], [*zip(ends, accumulate(each.durations), strict=True)], each.seconds)
        yield requests
        yield durations


def _gauge(name: str, title: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, title, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family
