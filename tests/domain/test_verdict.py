"""Measured runs and verdicts: ratios with their range, and what follows from them by rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwsite.domain.measurement import Cell, Ratio, RunError, read_run
from fwsite.domain.verdict import Expected, Rule, Rules, Verdict, judge, parse_rules, rewritten, together, verdict_on
from tests.support.runs import FIGURES, document, figure

RUN = read_run(document())
RATIO = {
    "measure": "memory",
    "workload": "resident",
    "entry": "flask",
    "against": "django",
    "expect": "less",
    "words": "memory",
}


def rule(expect: str, by: float = 1.1, entry: str = "flask", against: str = "django") -> Rule:
    return Rule("flask-light", "memory", "resident", entry, against, Expected(expect), "memory of one worker", by)


class TestRun:
    def test_a_ratio_is_the_median_of_those_of_its_samples(self) -> None:
        ratio = RUN.ratio("memory", "resident", "flask", "django")
        assert ratio and (str(ratio), ratio.range) == ("0.66", "0.66 to 0.66")
        assert RUN.ratio("memory", "resident", "fastapi", "django") is None
        assert RUN.ratio("time", "json", "flask", "fastapi") is not None

    def test_large_ratios_have_fewer_digits(self) -> None:
        assert str(Ratio(18.13, 17.2, 19.44)) == "18.1"

    @pytest.mark.parametrize(
        ("ratio", "is_difference"),
        [
            (Ratio(0.66, 0.64, 0.69), True),
            (Ratio(1.14, 1.12, 1.17), True),
            (Ratio(1.09, 1.05, 1.1), False),  # within 10 per cent
            (Ratio(1.3, 0.9, 1.6), False),  # its range is on both sides
        ],
    )
    def test_what_is_a_difference(self, ratio: Ratio, is_difference: bool) -> None:
        assert ratio.is_difference is is_difference

    def test_it_is_called_by_its_moment(self) -> None:
        assert RUN.key == "2026-11-30-164000" and RUN.is_publishable
        assert not read_run(document(stamps=["quick"])).is_publishable

    @pytest.mark.parametrize(
        ("seconds", "said"), [(7.6, "8 seconds"), (59.4, "59 seconds"), (60, "1.0 minutes"), (316.7, "5.3 minutes")]
    )
    def test_how_long_it_took(self, seconds: float, said: str) -> None:
        assert read_run(document(seconds=seconds)).duration == said

    def test_names_what_was_left_out_once(self) -> None:
        found = document()
        found["subjects"][1]["left_out"] = "crashed"
        left = found["subjects"][1]["key"]
        for entry in found["entries"]:
            entry["left_out"] = "crashed" if entry["subject"] == left else ""
        last = next(entry for entry in reversed(found["entries"]) if entry["subject"] != left)
        last["left_out"] = "gave a wrong answer"
        assert read_run(found).left_out == [found["subjects"][1]["name"], last["name"]]
        assert read_run(document()).left_out == []

    def test_rows_come_smallest_first(self) -> None:
        assert [each.cell.entry for each in RUN.rows("memory", "resident")] == ["flask", "django", "flask_sqlalchemy"]
        assert RUN.charts() == [("memory", "resident"), ("time", "json")]

    @pytest.mark.parametrize(
        "broken",
        [
            [],
            {},
            {"format": 2},
            {**document(), "made_at": "yesterday"},
            {**document(), "figures": [{"measure": "time"}]},
            document([figure("time", "json", "django")]),
        ],
    )
    def test_what_is_no_run_is_said(self, broken: object) -> None:
        with pytest.raises(RunError):
            read_run(broken)


class TestVerdict:
    @pytest.mark.parametrize(
        ("ratio", "expect", "verdict"),
        [
            (Ratio(0.66, 0.64, 0.69), "less", Verdict.SUPPORTED),
            (Ratio(0.66, 0.64, 0.69), "more", Verdict.CONTRADICTED),
            (Ratio(0.66, 0.64, 0.69), "same", Verdict.CONTRADICTED),
            (Ratio(1.02, 0.99, 1.05), "less", Verdict.NO_DIFFERENCE),
            (Ratio(1.02, 0.99, 1.05), "same", Verdict.SUPPORTED),
            (Ratio(1.14, 1.12, 1.17), "more", Verdict.SUPPORTED),
            (None, "more", Verdict.NOT_MEASURED),
        ],
    )
    def test_of_one_ratio(self, ratio: Ratio | None, expect: str, verdict: Verdict) -> None:
        assert verdict_on(rule(expect), ratio) is verdict

    def test_a_claim_may_ask_for_more_than_a_difference(self) -> None:
        assert verdict_on(rule("more", by=2), Ratio(1.5, 1.4, 1.6)) is Verdict.NO_DIFFERENCE
        assert verdict_on(rule("more", by=2), Ratio(2.5, 2.4, 2.6)) is Verdict.SUPPORTED
        assert verdict_on(rule("less", by=2), Ratio(0.4, 0.39, 0.41)) is Verdict.SUPPORTED

    @pytest.mark.parametrize(
        ("ratio", "verdict"),
        [
            (Ratio(3.2, 3.0, 3.3), Verdict.SUPPORTED),
            (Ratio(1.0, 0.98, 1.02), Verdict.SUPPORTED),
            (Ratio(0.89, 0.83, 0.96), Verdict.SUPPORTED),  # less, but not so many times
            (Ratio(0.7, 0.69, 0.71), Verdict.CONTRADICTED),
            (Ratio(0.7, 0.4, 1.2), Verdict.SUPPORTED),  # no difference
        ],
    )
    def test_no_less_is_contradicted_by_much_less_alone(self, ratio: Ratio, verdict: Verdict) -> None:
        assert verdict_on(rule("no less", by=1.25), ratio) is verdict

    def test_nothing_is_any_number_of_times_less(self) -> None:
        assert verdict_on(rule("less", by=50), Ratio(0, 0, 0)) is Verdict.SUPPORTED

    def test_is_of_the_words_that_its_rules_were_written_about(self) -> None:
        document = {"claims": [{"key": "flask-light", "text": "Light", "ratios": [RATIO]}]}
        rules, faults = parse_rules(document, {"flask-light": "Light"})
        judgement = judge(rules, RUN)["flask-light"]
        assert faults == [] and judgement.is_of("Light") and not judgement.is_of("Heavy")
        assert list(rewritten(rules, {"flask-light": "Light"})) == []
        [fault] = rewritten(rules, {"flask-light": "Heavy"})
        assert fault.place == "claims.flask-light" and "“Heavy”" in fault.message
        rules, _ = parse_rules({"claims": [{"key": "flask-light", "ratios": [RATIO]}]})
        assert judge(rules, RUN)["flask-light"].is_of("Heavy")

    def test_what_stands_behind_a_ratio(self) -> None:
        counts = [
            figure("lines", "app", key, number, unit="count") for key, number in (("django", 1190), ("flask", 57))
        ]
        run = read_run(document([*FIGURES, *counts]))
        about = "flask-light"
        rules = Rules(
            (
                rule("less"),
                Rule(about, "lines", "app", "django", "flask", Expected.MORE, "lines"),
                Rule(about, "time", "json", "flask", "django", Expected.LESS, "time"),
                Rule(about, "time", "json", "flask", "nobody", Expected.LESS, "time"),
            ),
            {},
            {},
        )
        behind = [figured.behind for figured in judge(rules, run)[about].figures]
        assert behind == ["0.66 to 0.66; 33 MB against 50 MB", "1,190 against 57", "0.51 to 0.55", ""]

    def test_several_agree_or_it_depends(self) -> None:
        assert together([Verdict.SUPPORTED, Verdict.SUPPORTED]) is Verdict.SUPPORTED
        assert together([Verdict.CONTRADICTED, Verdict.CONTRADICTED, Verdict.NOT_MEASURED]) is Verdict.NOT_MEASURED
        assert together([Verdict.SUPPORTED, Verdict.CONTRADICTED]) is Verdict.DEPENDS
        assert together([Verdict.NOT_MEASURED]) is together([]) is Verdict.NOT_MEASURED

    def test_a_run_is_judged_with_its_sentence(self) -> None:
        rules = Rules(
            (rule("less"), rule("less", entry="flask_sqlalchemy")),
            {("flask-light", Verdict.DEPENDS): "True without a database."},
            {"flask-light": "Light"},
        )
        judgement = judge(rules, RUN)["flask-light"]
        assert (judgement.verdict, judgement.sentence) == (Verdict.DEPENDS, "True without a database.")
        assert [each.verdict for each in judgement.figures] == [Verdict.SUPPORTED, Verdict.CONTRADICTED]

    @given(st.floats(0.01, 100), st.floats(1, 1.5))
    def test_the_other_way_round_is_the_opposite(self, value: float, spread: float) -> None:
        """A law: who takes less than another is taken more by it."""
        ratio = Ratio(value, value / spread, value * spread)
        inverse = Ratio(1 / value, 1 / (value * spread), spread / value)
        if ratio.is_difference and inverse.is_difference:
            assert (verdict_on(rule("less"), ratio) is Verdict.CONTRADICTED) == (
                verdict_on(rule("more"), inverse) is Verdict.CONTRADICTED
            )


class TestRules:
    def test_they_are_data(self) -> None:
        row = {
            "measure": "time",
            "workload": "json",
            "entry": "flask",
            "against": "django",
            "expect": "less",
            "words": "w",
        }
        rules, faults = parse_rules(
            {"claims": [{"key": "django-slower", "no_difference": "Hardly.", "ratios": [row]}]}, {"django-slower"}
        )
        assert faults == [] and rules.subjects == ("django-slower",)
        assert rules.rules[0].expect is Expected.LESS and rules.rules[0].by == pytest.approx(1.1)
        assert rules.sentences == {("django-slower", Verdict.NO_DIFFERENCE): "Hardly."}

    def test_faults_name_their_place(self) -> None:
        _, faults = parse_rules({"claims": [{"key": "gone", "ratios": [{"expect": "nothing"}]}]}, {"there"})
        assert [fault.place for fault in faults] == ["claims.gone", "claims.gone.ratios.1"]


def test_a_cell_is_found_by_what_it_is_of() -> None:
    assert RUN.figures[Cell("time", "json", "flask")].value == pytest.approx(0.52)
