"""The demo town: composed as the evaluation counted, and possible in every detail on whatever day."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.content import Content, load_content
from bot.demo.groups import Gathering
from bot.demo.people import NEIGHBOURHOODS, Newcomer
from bot.demo.town import Town
from bot.settings import LOCALES
from flows.deadlines import Term, signing_problem, term
from flows.local_time import local
from flows.meetings import BRING, KINDS
from tests.demo.views import NOW, by_reference, planned, town_at, within
from tests.usecases.town import at

# A working day, the evening before a weekend, holidays, the summer, the change of clocks, a leap day.
MOMENTS = [
    NOW,
    at("2026-11-27", "20:30"),
    at("2026-12-24", "12:00"),
    at("2027-03-25", "09:00"),
    at("2027-03-28", "02:30"),
    at("2027-07-14", "10:00"),
    at("2028-02-29", "10:00"),
    at("2029-01-01", "00:00"),
]
# Days whose next three have no holiday and at least one working day.
ORDINARY = [NOW, at("2026-11-27", "20:30"), at("2027-07-14", "10:00"), at("2028-02-28", "10:00")]


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content(LOCALES)


@pytest.fixture(params=MOMENTS, ids=lambda moment: local(moment).strftime("%Y-%m-%d-%H%M"))
def now(request: pytest.FixtureRequest) -> datetime:
    moment: datetime = request.param
    return moment


@pytest.fixture
def town(now: datetime) -> Town:
    return town_at(now)


def age_on(day: date, born_on: date) -> int:
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def presences(town: Town, prefix: str, **facts: Any) -> list[bool]:
    newcomers = {each.number: each for each in town.newcomers}
    return [
        each.presence == "present"
        for each in town.known
        if each.gathering.startswith(prefix)
        and each.presence is not None
        and all(getattr(newcomers[each.person], name) == value for name, value in facts.items())
    ]


def share(some: list[bool]) -> float:
    return sum(some) / len(some)


# composition


def test_the_town_is_composed_as_the_evaluation_counted(town: Town) -> None:
    countries = Counter(each.country for each in town.newcomers)
    assert len(town.newcomers) == 504
    assert (countries.pop("ER"), countries.pop("SY")) == (222, 154)
    assert (countries.total(), len(countries)) == (128, 23)
    assert len(town.volunteers) == 55


def test_ages_on_the_day_are_those_of_the_evaluation(town: Town, now: datetime) -> None:
    ages = [age_on(local(now).date(), each.born_on) for each in town.newcomers]
    assert [each.age for each in town.newcomers] == ages
    counted = {(27, 99): 85, (21, 26): 136, (18, 20): 112, (12, 17): 112, (0, 11): 59}
    assert {(low, high): sum(low <= age <= high for age in ages) for low, high in counted} == counted


def test_most_came_within_the_last_33_months_and_a_few_are_still_to_come(town: Town, now: datetime) -> None:
    today = local(now).date()
    began = today - timedelta(days=33 * 31)
    settled = [each.settled_on for each in town.newcomers if each.settled_on is not None]
    assert sum(began <= day <= today for day in settled) > 480
    assert all(day >= began for day in settled)
    assert 0 < sum(day > today for day in settled) < 10
    assert all(each.settled_on is None or each.settled_on >= each.born_on for each in town.newcomers)


def test_people_live_where_the_evaluation_says(town: Town) -> None:
    lives = Counter(each.neighbourhood for each in town.newcomers)
    assert {name: lives[name] for name in NEIGHBOURHOODS} == NEIGHBOURHOODS
    assert set(lives) - set(NEIGHBOURHOODS) == {None, "Aldân"}
    together = defaultdict(set)
    for each in town.newcomers:
        if each.household is not None:
            together[each.household].add((each.neighbourhood, each.country))
    assert all(len(places) == 1 for places in together.values())


def test_who_is_young_lives_with_a_parent_or_is_known_to_be_alone(town: Town) -> None:
    homes: dict[str, list[Newcomer]] = defaultdict(list)
    for each in town.newcomers:
        if each.household is not None:
            homes[each.household].append(each)
    for each in town.newcomers:
        if each.unaccompanied is False:
            assert each.household is not None
            assert max(other.age for other in homes[each.household]) - each.age >= 18
        elif each.is_grown:
            assert (each.household is not None, each.unaccompanied) == (True, None)
        else:
            assert (each.household, each.age >= 14) == (None, True)
    alone = [each for each in town.newcomers if each.unaccompanied]
    assert sum(each.country == "ER" and each.age >= 15 for each in alone) > len(alone) / 2


def test_whoever_directs_is_who_the_routing_table_names(town: Town, content: Content) -> None:
    for each in town.newcomers:
        if each.since < 0:
            directs = "toegang"
        elif each.age < 18:
            directs = {True: "nidos", False: "amaryllis", None: "toegang"}[each.unaccompanied]
        elif each.several_problems or each.plan_goal == "neither":
            directs = "amaryllis"
        elif each.plan_goal is None:
            directs = "toegang"
        else:
            directs = "team_jongeren" if each.age <= 26 else "team_werk"
        assert each.contact == directs
    caseload = {each.household for each in town.newcomers if each.contact == "amaryllis"}
    assert len(caseload) == 200
    assert {each.contact for each in town.newcomers} <= set(content.contacts)


def test_languages_go_with_countries(town: Town) -> None:
    spoken = {country: "ti" if country == "ER" else "ar" for country in ("ER", "SY", "IQ", "SD")}
    others = {each.language for each in town.newcomers if each.country not in spoken}
    assert others == {"en", "nl", None}
    assert all(each.language == spoken[each.country] for each in town.newcomers if each.country in spoken)


# meetings


def test_every_meeting_is_at_a_decent_hour_of_a_working_day(town: Town, now: datetime) -> None:
    today = local(now).date()
    for group in town.groups:
        assert group.gatherings
        for each in group.gatherings:
            begin, end = local(each.starts_at), local(each.ends_at)
            assert begin.date() == end.date()
            assert begin.weekday() < 5
            assert time(9) <= begin.time() < end.time() <= time(21)
            assert (begin.month, begin.day) not in {(1, 1), (4, 27), (12, 25), (12, 26)}
            assert today - timedelta(days=250) < begin.date() < today + timedelta(days=125)
            if group.kind in {"language_class", "isk"}:
                assert begin.month not in {7, 8}
                assert (begin.month, begin.day) < (12, 25)


def test_every_course_is_one_that_the_program_knows(town: Town, content: Content) -> None:
    assert {group.kind for group in town.groups} == set(KINDS)
    for group in town.groups:
        assert group.organisation in content.contacts
        assert set(group.bring.split(",")) <= set(BRING)
        assert group.interpreter in {"ti", "ar", None}
        assert 0 < len(group.members) <= group.capacity
    references = [group.reference for group in town.groups]
    references += [gathering.reference for group in town.groups for gathering in group.gatherings]
    assert max(Counter(references).values()) == 1
    assert any(group.spot.latitude is not None for group in town.groups)


def test_nobody_is_expected_at_two_places_at_once(town: Town) -> None:
    busy: dict[int, list[tuple[datetime, datetime, str]]] = defaultdict(list)
    for person, _, gathering in planned(town):
        busy[person].append((gathering.starts_at, gathering.ends_at, gathering.reference))
    for times in busy.values():
        times.sort()
        clashes = [(one, two) for one, two in pairwise(times) if two[0] < one[1]]
        assert clashes == []


def test_nobody_is_in_two_groups_of_a_kind_at_once(town: Town) -> None:
    spans: dict[tuple[int, str], list[tuple[datetime, datetime]]] = defaultdict(list)
    for group in town.groups:
        for member in group.members:
            assert member.until is None or member.since <= member.until
            until = member.until or datetime.max.replace(tzinfo=UTC)
            spans[member.person, group.kind].append((member.since, until))
    for times in spans.values():
        times.sort()
        assert all(one[1] <= two[0] for one, two in pairwise(times))
    assert any(len(times) > 1 for times in spans.values()), "nobody was invited again"


def test_groups_have_the_sizes_of_the_evaluation(town: Town) -> None:
    sizes = defaultdict(list)
    for group in town.groups:
        sizes[group.kind].append(len(group.members))
    assert all(12 <= size <= 15 for size in sizes["participation_statement"])
    assert all(10 <= size <= 15 for size in sizes["ggd"])
    assert sum(sizes["ggd"]) == 300
    assert sum(sizes["sport"]) == 47
    assert len(sizes["language_class"]) == 12
    school = {member.person for group in town.groups if group.kind == "isk" for member in group.members}
    assert all(12 <= each.age <= 17 for each in town.newcomers if each.number in school)
    assert len(school) > 100


def test_half_days_are_numbered_and_a_missed_one_can_be_made_up(town: Town, now: datetime) -> None:
    ahead = Counter()
    for group in town.groups:
        if group.kind == "participation_statement":
            assert [each.part for each in group.gatherings] == [1, 2, 3, 4]
            assert {each.ends_at - each.starts_at for each in group.gatherings} == {timedelta(hours=3)}
            assert len(group.members) < group.capacity
            ahead.update(each.part for each in group.gatherings if each.starts_at > now)
    assert all(ahead[part] > 1 for part in (1, 2, 3, 4))


def test_somebody_of_every_language_has_a_meeting_within_a_week(town: Town, now: datetime) -> None:
    soon = within(town, now, 7)
    languages = Counter(each.language for each in town.newcomers if each.number in soon)
    assert min(languages[language] for language in ("ti", "ar", "nl", "en")) > 2


@pytest.mark.parametrize("moment", ORDINARY, ids=str)
def test_forty_people_have_a_meeting_within_three_days(moment: datetime) -> None:
    assert len(within(town_at(moment), moment, 3)) >= 40


@pytest.mark.parametrize("moment", [NOW, at("2027-07-14", "10:00")], ids=str)
def test_some_of_every_language_have_a_meeting_tomorrow(moment: datetime) -> None:
    town, tomorrow = town_at(moment), local(moment).date() + timedelta(days=1)
    come = {person for person, _, each in planned(town) if local(each.starts_at).date() == tomorrow}
    assert {each.language for each in town.newcomers if each.number in come} >= {"ti", "ar", "nl", "en"}


# presence


def test_presence_is_known_of_the_past_only(town: Town, now: datetime) -> None:
    times = {each.reference: each for group in town.groups for each in group.gatherings}
    for each in town.known:
        assert (each.presence is not None) == (times[each.gathering].ends_at <= now)
        assert (each.answered_at is not None) == (each.answer is not None)
        assert each.answered_at is None or each.answered_at <= min(now, times[each.gathering].starts_at)
        assert (each.reason is not None) == (each.answer == "cannot")
        assert (each.presence == "excused") <= (each.answer == "cannot")
    assert max(Counter((each.gathering, each.person) for each in town.known).values()) == 1
    assert {each.answer for each in town.known if each.presence is None} == {"come", "cannot"}


def test_what_is_known_is_known_of_somebody_who_was_expected_and_here(town: Town, now: datetime) -> None:
    expected = {(person, gathering.reference): gathering for person, _, gathering in planned(town)}
    here_since = {each.number: local(now).date() - timedelta(days=each.since) for each in town.newcomers}
    for each in town.known:
        gathering = expected[each.person, each.gathering]
        assert local(gathering.starts_at).date() > here_since[each.person]


def test_of_205_who_were_invited_107_came_and_signed(town: Town, now: datetime) -> None:
    groups = [group for group in town.groups if group.kind == "participation_statement"]
    over = [group for group in groups if group.gatherings[-1].ends_at <= now][:16]
    invited = {member.person for group in over for member in group.members}
    signed = {each.number for each in town.newcomers if each.signed_on is not None}
    assert (len(invited), len(signed), signed <= invited) == (205, 107, True)
    shown = [share(presences(town, group.reference)) for group in over]
    assert 0.52 <= sum(shown) / len(shown) <= 0.75


def test_whoever_signed_had_attended_everything_and_was_in_time(town: Town, now: datetime) -> None:
    halves = {each.reference: each for group in town.groups for each in group.gatherings if each.part}
    attended: dict[int, list[Gathering]] = defaultdict(list)
    for each in town.known:
        if each.presence == "present" and each.gathering in halves:
            attended[each.person].append(halves[each.gathering])
    complete = 0
    for each in town.newcomers:
        parts = {half.part for half in attended[each.number]}
        complete += len(parts) == 4
        if each.signed_on is not None:
            known = term(each.regime, each.settled_on, each.pip_on)
            assert isinstance(known, Term)
            assert signing_problem(each.signed_on, local(now).date(), known, len(parts), 4) is None
            assert each.signed_on <= known.deadline
            assert each.signed_on > max(local(half.ends_at).date() for half in attended[each.number])
    assert complete > 107, "nobody is still to sign"


def test_only_who_has_settled_in_and_has_to_sign_is_invited(town: Town, now: datetime) -> None:
    newcomers = {each.number: each for each in town.newcomers}
    for group in town.groups:
        if group.kind == "participation_statement":
            begin = local(group.gatherings[0].starts_at).date()
            for member in group.members:
                person = newcomers[member.person]
                came = local(now).date() - timedelta(days=person.since)
                assert (person.is_grown, person.participation) == (True, None)
                assert begin - came >= timedelta(days=30)
                assert group.interpreter in {None, person.language}


def test_guests_make_up_the_same_half_day_later_where_there_was_room(town: Town) -> None:
    halves = by_reference(town)
    guests = [each for each in town.known if each.guest]
    assert len(guests) > 10
    missed = {(each.person, each.gathering): each for each in town.known}
    for each in guests:
        assert each.instead_of is not None
        (group, other), (_, own) = halves[each.gathering], halves[each.instead_of]
        assert (other.part, other.starts_at > own.ends_at) == (own.part, True)
        assert missed[each.person, each.instead_of].presence in {"absent", "excused"}
        assert each.person not in {member.person for member in group.members}
    for reference, count in Counter(each.gathering for each in guests).items():
        group = halves[reference][0]
        assert len(group.members) + count <= group.capacity


def test_people_come_as_often_as_in_the_evaluation() -> None:
    town = town_at(NOW)
    assert 0.8 <= share(presences(town, "TAAL")) <= 0.9
    assert share(presences(town, "ISK", country="ER")) < share(presences(town, "ISK", country="SY")) - 0.1


# last dates


def test_the_last_date_of_some_is_unknown_and_of_most_is_not(town: Town) -> None:
    grown = [each for each in town.newcomers if each.is_grown and each.participation is None]
    known = [term(each.regime, each.settled_on, each.pip_on) for each in grown]
    missing = Counter(each for each in known if isinstance(each, str))
    assert missing.keys() == {"regime", "pip_on", "settled_on"}
    assert missing.total() < len(known) / 4
    regimes = Counter(each.regime for each in grown)
    assert regimes["Wi2021"] > regimes["Wi2013"] > 10
    assert Counter(each.participation for each in town.newcomers) == {None: 492, "excused": 6, "exempt": 6}
