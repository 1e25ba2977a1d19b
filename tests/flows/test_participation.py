"""Where somebody stands on the way to the participation statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.participation import HALF_DAYS, Exemption, Path, Step, path

SIGNED = date(2026, 6, 1)
ALL = (1, 2, 3, 4)


def stands(
    *attended: int,
    invited: bool = True,
    confirmed: bool = False,
    signed_on: date | None = None,
    exemption: Exemption | None = None,
) -> Path:
    """The path of somebody who was invited."""
    return path(
        invited=invited, confirmed=confirmed, attended=attended, signed_on=signed_on, exemption=exemption
    )


STEPS: tuple[tuple[Path, Step, tuple[int, ...]], ...] = (
    (stands(invited=False), "not_invited", ALL),
    (stands(), "invited", ALL),
    (stands(confirmed=True), "confirmed", ALL),
    (stands(1), "attending", (2, 3, 4)),
    (stands(1, 2, confirmed=True), "attending", (3, 4)),
    (stands(1, 2, 3), "attending", (4,)),
    (stands(1, 2, 3, 4), "completed", ()),
    (stands(1, 2, 3, 4, signed_on=SIGNED), "signed", ()),
    (stands(exemption="excused"), "excused", ALL),
    (stands(exemption="exempt"), "exempt", ALL),
)


@pytest.mark.parametrize(("found", "step", "missing"), STEPS)
def test_every_step_of_the_way(found: Path, step: Step, missing: tuple[int, ...]) -> None:
    assert found.step == step
    assert found.missing == missing


def test_the_steps_above_are_all_there_are() -> None:
    assert {step for _, step, _ in STEPS} == set(get_args(Step))


def test_a_half_day_that_was_made_up_or_sat_twice_counts_once() -> None:
    # the second was missed and made up with another group, the first was attended in both
    assert stands(1, 3, 4, 2, 1).step == "completed"
    assert stands(1, 1, 1, 1) == stands(1)
    assert stands(1, 1, 1, 1).missing == (2, 3, 4)


def test_a_half_day_out_of_order_leaves_the_others_missing() -> None:
    assert stands(4).missing == (1, 2, 3)
    assert stands(4, 2).missing == (1, 3)


def test_a_part_that_the_way_does_not_have_counts_for_nothing() -> None:
    assert stands(0, 5, -1) == stands()
    assert stands(1, 2, 3, 5).step == "attending"


def test_who_attended_without_being_invited_or_confirmed_is_attending() -> None:
    assert stands(2, invited=False).step == "attending"


def test_who_said_to_come_without_an_invitation_is_confirmed() -> None:
    assert stands(invited=False, confirmed=True).step == "confirmed"


@pytest.mark.parametrize("exemption", get_args(Exemption))
@pytest.mark.parametrize("attended", [(), (1, 2), ALL])
@pytest.mark.parametrize("signed_on", [None, SIGNED])
def test_an_exemption_stands_above_everything_else(
    exemption: Exemption, attended: tuple[int, ...], signed_on: date | None
) -> None:
    found = stands(*attended, confirmed=True, signed_on=signed_on, exemption=exemption)
    assert found.step == exemption
    # What was attended is not forgotten: the exemption may be taken back.
    assert found.attended == frozenset(attended)


def test_a_signature_stands_above_half_days_that_nobody_wrote_down() -> None:
    assert stands(1, signed_on=SIGNED).step == "signed"
    assert stands(1, signed_on=SIGNED).missing == (2, 3, 4)


@given(
    invited=st.booleans(),
    confirmed=st.booleans(),
    attended=st.lists(st.integers(-1, 6), max_size=10),
    signed_on=st.none() | st.just(SIGNED),
    exemption=st.sampled_from([None, *get_args(Exemption)]),
)
def test_the_way_is_over_when_signed_or_exempt_and_never_by_attending_alone(
    invited: bool,
    confirmed: bool,
    attended: Sequence[int],
    signed_on: date | None,
    exemption: Exemption | None,
) -> None:
    found = path(
        invited=invited, confirmed=confirmed, attended=attended, signed_on=signed_on, exemption=exemption
    )
    assert found.is_over is (signed_on is not None or exemption is not None)
    assert set(found.missing) | found.attended == set(range(1, HALF_DAYS + 1))
    assert not set(found.missing) & found.attended
    assert list(found.missing) == sorted(found.missing)
    if not found.is_over:
        assert (found.step == "completed") is (not found.missing)
        assert (found.step == "attending") is (0 < len(found.missing) < HALF_DAYS)
