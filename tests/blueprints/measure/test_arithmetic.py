"""The arithmetic of a run: paired ratios, load, noise, time left, tables."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwsite.blueprints.measure import summary
from fwsite.blueprints.measure.load import LoadMeter, noise, own_seconds
from fwsite.blueprints.measure.paired import paired_ratios
from fwsite.blueprints.measure.probe.blocks import Block, fitting_batch, run_block
from fwsite.blueprints.measure.progress import Progress
from fwsite.blueprints.measure.results import Results

TIMES = st.dictionaries(st.sampled_from("abcdef"), st.floats(1e-6, 1e-2), min_size=2)


class TestPairedRatios:
    @given(TIMES, st.integers(1, 6))
    def test_of_steady_candidates_are_the_ratios_of_their_times(self, times: dict[str, float], cycles: int) -> None:
        reference = min(times)
        found = paired_ratios(list(times), reference, lambda key: Block(times[key] * 100, 100), cycles)
        assert found == {key: pytest.approx(time / times[reference]) for key, time in times.items()}
        assert found[reference] == 1

    @given(st.floats(0, 0.01))
    def test_a_machine_that_becomes_slower_steadily_slows_all_alike(self, slope: float) -> None:
        asked = 0

        def ask(key: str) -> Block:
            nonlocal asked
            asked += 1
            return Block({"a": 1.0, "b": 2.0, "c": 0.5}[key] * (1 + slope * asked), 1)

        found = paired_ratios("abc", "a", ask, 15)
        assert found == {"a": 1, "b": pytest.approx(2, rel=0.02), "c": pytest.approx(0.5, rel=0.02)}

    def test_one_disturbed_cycle_changes_nothing(self) -> None:
        blocks = iter([9.0, 1.0, 1.0, 9.0, *[1.0] * 16])
        assert paired_ratios("ab", "a", lambda key: Block(next(blocks), 1), 5) == {"a": 1, "b": 1}

    def test_each_candidate_is_first_in_turn_and_a_cycle_goes_back(self) -> None:
        order: list[str] = []

        def ask(key: str) -> Block:
            order.append(key)
            return Block(1, 1)

        paired_ratios("abc", "a", ask, 3)
        assert "".join(order) == "abccba" + "bcaacb" + "cabbac"

    def test_who_fails_is_asked_no_more_and_the_others_go_on(self) -> None:
        asked: list[str] = []

        def ask(key: str) -> Block | None:
            asked.append(key)
            return None if key == "b" else Block(1, 1)

        assert paired_ratios("abc", "a", ask, 3) == {"a": 1, "c": 1}
        assert asked.count("b") == 1

    def test_without_the_reference_there_is_nothing_to_say(self) -> None:
        assert paired_ratios("ab", "a", lambda key: None if key == "a" else Block(1, 1), 3) == {}


class TestBlocks:
    def test_a_block_lasts_as_long_as_was_asked_for_and_counts_requests(self) -> None:
        calls: list[int] = []
        block = run_block(lambda number: calls.append(sum(range(20_000))), 0.05, 3)
        assert block.seconds >= 0.05
        assert block.requests == 3 * (len(calls) - 1)  # the first batch warms up

    def test_who_waits_instead_of_working_does_not_go_on_for_ever(self) -> None:
        block = run_block(lambda number: time.sleep(0.01), 0.004, 1)
        assert block.seconds < 0.004
        assert 1 <= block.requests <= 20

    def test_the_batch_is_small_for_slow_requests_and_large_for_quick_ones(self) -> None:
        assert fitting_batch(lambda number: [sum(range(1_000_000)) for _ in range(number)], 0.05) == 1
        assert fitting_batch(lambda number: None, 0.01) > 100


class TestNoise:
    def test_a_quiet_run_has_no_stamp(self) -> None:
        assert noise({"time": 1.04, "memory": 0.96}, 0.25) == []

    def test_a_control_that_is_off_and_foreign_load_are_told(self) -> None:
        assert noise({"time": 1.06, "memory": 0.93}, 0.26) == [
            "noisy: the control of time is off by 6%",
            "noisy: the control of memory is off by 7%",
            "noisy: other programs kept 0.26 processors busy",
        ]

    def test_load_is_what_the_machine_did_without_us(self) -> None:
        readings = iter([100.0, 100.0])
        assert LoadMeter(lambda: next(readings)).processors() == 0.0

        began = own_seconds()
        readings = iter([100.0, 150.0])
        meter = LoadMeter(lambda: next(readings))
        sum(range(1_000_000))
        foreign = meter.processors()
        assert foreign > 50  # as no second has gone by
        assert own_seconds() > began


class TestProgress:
    def test_says_time_left_by_the_pace_so_far(self) -> None:
        now, said = [0.0], []
        progress = Progress(said.append, terminal=False, clock=lambda: now[0])
        progress.plan(100)
        progress.begin("first", 50)
        now[0] = 100.0  # it took twice as long as planned
        progress.begin("second", 50)
        assert said == ["1:40 left - first\n", "1:40 left - second\n"]

    def test_is_quiet_where_lines_cannot_be_written_over(self) -> None:
        now, said = [0.0], []
        progress = Progress(said.append, terminal=False, clock=lambda: now[0])
        progress.plan(10)
        for second in range(25):
            now[0] = float(second)
            progress.begin(f"step {second}", 0.1)
        progress.end()
        assert [line.split(" - ")[1] for line in said] == ["step 0\n", "step 10\n", "step 20\n"]

    def test_on_a_terminal_each_line_replaces_the_one_before(self) -> None:
        said: list[str] = []
        progress = Progress(said.append, terminal=True)
        progress.plan(10)
        progress.begin("a", 5)
        progress.begin("b", 5)
        progress.end()
        assert all(line.startswith("\r") for line in said) and len(said) == 3
        assert said[-1].strip() == ""


class TestResults:
    def test_who_is_left_out_has_no_figures_and_keeps_the_first_reason(self) -> None:
        results = Results()
        results.add("time", "json", "a", 1)
        results.add("time", "json", "b", 0.51239)
        results.leave_out("a", "crashed")
        results.leave_out("a", "is gone")
        assert [(figure.entry, figure.samples, figure.unit) for figure in results.figures()] == [
            ("b", (0.5124,), "ratio")
        ]
        assert results.left_out == {"a": "crashed"}

    def test_what_was_compared_with_a_failed_reference_is_dropped(self) -> None:
        results = Results()
        results.add("time", "json", "b", 0.5)
        results.add("calls", "json", "b", 12)
        results.add_control("time", 1.0)
        results.forget("time")
        assert [figure.measure for figure in results.figures()] == ["calls"]
        assert results.controls == {}


def test_the_summary_shows_ratios_with_their_range_and_what_is_no_difference() -> None:
    def figure(measure: str, entry: str, *samples: float, workload: str = "json", unit: str = "ratio") -> dict:
        return {"measure": measure, "workload": workload, "entry": entry, "samples": samples, "unit": unit}

    run = {
        "subjects": [{"key": "c", "name": "C", "left_out": "no such package"}],
        "entries": [
            {"key": "a", "name": "A", "subject": "a", "left_out": ""},
            {"key": "b", "name": "B", "subject": "b", "left_out": ""},
            {"key": "b_x", "name": "B, x", "subject": "b", "left_out": "wrong answer"},
            {"key": "c", "name": "C", "subject": "c", "left_out": "no such package"},
            {"key": "d", "name": "D", "subject": "d", "left_out": ""},
        ],
        "figures": [
            figure("time", "a", 1.0, 1.0),
            figure("time", "b", 0.4, 0.6),
            figure("time", "d", 1.02, 1.08),
            figure("memory", "a", 30.04, 31.0, workload="resident", unit="MB"),
            figure("memory", "a", 20.0, 21.0, workload="unique", unit="MB"),
        ],
        "controls": [{"measure": "time", "samples": [0.99, 1.01]}],
        "load": 0.3,
        "stamps": ["quick"],
    }
    assert [line.rstrip() for line in summary.lines(run)] == [
        "Processor time a request, json (ratio to A; less is better)",
        "  A                                    1",
        "  B                                    0.50 (0.40 to 0.60)",
        "  D                                    1.05 (1.02 to 1.08), no difference",
        "",
        "Memory after requests (MB resident; less is better)",
        "  A                                    30.5 (30.0 to 31.0)",
        "",
        "Left out: C: no such package",
        "Left out: B, x: wrong answer",
        "Control, time: 1.00 (0.99 to 1.01)",
        "Other programs kept 0.30 processors busy.",
        "Stamped: quick",
    ]
