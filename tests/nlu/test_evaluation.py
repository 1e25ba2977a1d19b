"""Figures against sentences whose figures are known by hand."""

from __future__ import annotations

import pytest

from nlu.contract import OUT_OF_SCOPE, Intent, Language, Parse
from nlu.evaluation import Judged, Sentence, calibration_error, figures, macro_f1, report
from nlu.rejection import Rejecting, best_threshold


def judged(
    intent: str, given: str, confidence: float = 0.9, *others: str, also: tuple[str, ...] = ()
) -> Judged:
    best = Intent(given, confidence)
    ranking = (best, *(Intent(name, 0.01) for name in others))
    return Judged(Sentence("...", intent, "nl", "latn", "full", also), Parse("...", "nl", best, ranking))


def test_the_shares_are_those_of_a_hand_count() -> None:
    of = figures(
        [
            judged("dentist", "dentist"),
            judged("dentist", "pharmacy", 0.9, "interpreter", "dentist"),
            judged("dentist", "interpreter", also=("interpreter",)),
            judged("dentist", OUT_OF_SCOPE, 0.9, "a", "b", "dentist"),
            judged(OUT_OF_SCOPE, OUT_OF_SCOPE),
            judged(OUT_OF_SCOPE, "dentist"),
        ]
    )
    assert (of.strict, of.lenient, of.top3) == (0.25, 0.5, 0.75)
    assert (of.scope_recall, of.false_rejection) == (0.5, 0.25)
    assert of.language == 1


def test_nothing_to_judge_is_none_and_not_nought() -> None:
    assert figures([]).strict is None
    assert figures([judged(OUT_OF_SCOPE, OUT_OF_SCOPE)]).lenient is None


def test_macro_f1_weighs_every_topic_alike() -> None:
    assert macro_f1([("a", "a"), ("a", "a"), ("b", "a")]) == pytest.approx((0.8 + 0) / 2)


def test_a_calibrated_engine_has_no_error_and_an_overconfident_one_has_its_gap() -> None:
    assert calibration_error([(0.75, True)] * 3 + [(0.75, False)]) == pytest.approx(0)
    assert calibration_error([(0.95, False)] * 4) == pytest.approx(0.95)


def test_parts_and_thieves_are_named() -> None:
    made = report([judged("dentist", "pharmacy"), judged("dentist", "pharmacy"), judged("a", "a")])
    assert set(made.parts) == {"nl", "nl/latn", "nl/full"}
    assert made.thefts == [("dentist", "pharmacy", 2)]
    assert made.as_json()["thefts"][0] == {"topic": "dentist", "thief": "pharmacy", "count": 2}


def test_the_threshold_parts_what_is_known_from_what_is_not() -> None:
    known = [judged("dentist", "dentist", confidence) for confidence in (0.6, 0.7, 0.9)]
    unknown = [judged(OUT_OF_SCOPE, "dentist", confidence) for confidence in (0.1, 0.2, 0.3)]
    assert best_threshold([*known, *unknown]) == 0.6
    assert best_threshold(known) == 0


async def test_what_is_below_the_threshold_is_out_of_scope() -> None:
    class Unsure:
        async def parse(self, text: str, prior: Language | None = None) -> Parse:
            return judged("dentist", "dentist", 0.4).parse

    parse = await Rejecting(Unsure(), 0.5).parse("...")
    assert [intent.name for intent in parse.ranking] == [OUT_OF_SCOPE, "dentist"]
    assert (await Rejecting(Unsure(), 0.4).parse("...")).intent.name == "dentist"
