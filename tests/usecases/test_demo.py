"""Loading the demo town, and being somebody in it."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import AsyncIterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.content import Content
from bot.demo.town import Town
from bot.store import people
from bot.store.database import Database, async_url
from bot.store.meetings import note
from bot.store.migration import migrate
from bot.store.tables import Base, Chat, Course, Enrolment, Meeting, Participation, Person, Prompt
from bot.usecases.demo import load_demo, newcomer_with_meeting
from bot.usecases.plan import Plan
from bot.wording import Wording
from tests.demo.views import NOW, by_reference, town_at, within
from tests.usecases.conftest import TYPES, World
from tests.usecases.town import Town as Planner

PLAN = Plan(TYPES)


async def rows_of(database: Database, *left_out: str) -> dict[str, list[Any]]:
    """Everything in the tables, as it is stored."""
    async with database.reading() as session:
        return {
            table.name: [tuple(row) for row in await session.execute(table.select())]
            for table in Base.metadata.sorted_tables
            if table.name not in left_out
        }


Codes = list[tuple[str, str, str]]


async def new_database(file: Path) -> Database:
    database = Database(async_url(f"sqlite:///{file}"))
    await migrate(database)
    return database


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Codes]:
    """A database file with the town, and the codes: for tests to copy."""
    file = tmp_path_factory.mktemp("demo") / "town.db"
    database = await new_database(file)
    codes = await load_demo(database, NOW, PLAN)
    await database.close()
    return file, codes


@pytest.fixture
async def inhabited(loaded: tuple[Path, Codes], tmp_path: Path) -> AsyncIterator[Database]:
    """A database of its own with the town."""
    file = Path(shutil.copy(loaded[0], tmp_path / "town.db"))
    database = Database(async_url(f"sqlite:///{file}"))
    try:
        yield database
    finally:
        await database.close()


async def test_two_loads_at_the_same_moment_are_the_same_to_the_last_row(
    inhabited: Database, tmp_path: Path
) -> None:
    another = await new_database(tmp_path / "another.db")
    await load_demo(another, NOW, PLAN)
    # The codes of invitations are drawn anew, or everybody could know them.
    one, two = await rows_of(inhabited, "invitations"), await rows_of(another, "invitations")
    await another.close()
    assert one == two


async def test_what_is_loaded_is_the_town_with_reminders_ahead_only(database: Database) -> None:
    codes = await load_demo(database, NOW, PLAN)
    town = town_at(NOW)
    assert [role for role, _, _ in codes] == ["newcomer", "newcomer", "volunteer"]
    async with database.reading() as session:
        await people_are_right(session, town)
        await groups_are_right(session, town)
        await participations_are_right(session, town)
        await prompts_are_right(session, town)


async def people_are_right(session: AsyncSession, town: Town) -> None:
    stored = {person.reference: person for person in await session.scalars(select(Person))}
    roles = Counter(person.role for person in stored.values())
    assert roles == {"newcomer": 504, "volunteer": 55, "staff": 7}
    for each in town.newcomers:
        person = stored[f"N-{each.number:04}"]
        columns = set(Person.__table__.columns.keys()) - {"id", "reference", "role"}
        assert {name: getattr(person, name) for name in columns} == {
            name: getattr(each, name) for name in columns
        }


async def groups_are_right(session: AsyncSession, town: Town) -> None:
    meetings = (await session.execute(select(Meeting, Course).join(Course))).all()
    expected = by_reference(town)
    assert len(meetings) == len(expected)
    for meeting, course in meetings:
        group, gathering = expected[meeting.reference]
        for name in ("reference", "kind", "title", "organisation", "capacity"):
            assert getattr(course, name) == getattr(group, name)
        for name in ("starts_at", "ends_at", "part"):
            assert getattr(meeting, name) == getattr(gathering, name)
        for name in ("room", "interpreter", "bring"):
            assert getattr(meeting, name) == getattr(group, name)
        for name in ("place", "address", "latitude", "longitude"):
            assert getattr(meeting, name) == getattr(group.spot, name)
    members = select(Course.reference, Person.reference, Enrolment.enrolled_at, Enrolment.ended_at)
    enrolled = await session.execute(members.select_from(Enrolment).join(Course).join(Person))
    assert Counter(map(tuple, enrolled)) == Counter(
        (group.reference, f"N-{member.person:04}", member.since, member.until)
        for group in town.groups
        for member in group.members
    )


async def participations_are_right(session: AsyncSession, town: Town) -> None:
    instead = aliased(Meeting)
    noted = (
        select(Meeting.reference, Person.reference, instead.reference, Participation)
        .select_from(Participation)
        .join(Meeting, Meeting.id == Participation.meeting_id)
        .join(Person, Person.id == Participation.person_id)
        .outerjoin(instead, instead.id == Participation.instead_of)
    )
    names = ("presence", "answer", "reason", "answered_at", "guest")
    stored = Counter(
        (meeting, person, other, *(getattr(row, name) for name in names))
        for meeting, person, other, row in await session.execute(noted)
    )
    assert stored == Counter(
        (each.gathering, f"N-{each.person:04}", each.instead_of, *(getattr(each, name) for name in names))
        for each in town.known
    )


async def prompts_are_right(session: AsyncSession, town: Town) -> None:
    """What is still to be said lies ahead; every coming meeting and every coming last date is told."""
    prompts = (await session.scalars(select(Prompt))).all()
    starts = {each.id: each.starts_at for each in await session.scalars(select(Meeting))}
    to_do = [prompt for prompt in prompts if prompt.done_at is None]
    assert all(prompt.due_at > NOW for prompt in to_do)
    assert {prompt.meeting_id for prompt in prompts if prompt.kind == "reminder"} == {
        number for number, starts_at in starts.items() if starts_at > NOW
    }
    asked = {prompt.person_id for prompt in to_do if prompt.kind == "deadline"}
    terms = [each.term for each in town.newcomers if each.signed_on is None and each.participation is None]
    last_reminder = NOW.date() + timedelta(days=7)
    assert len(asked) == sum(each is not None and each.deadline > last_reminder for each in terms) > 0


def test_the_codes_are_of_people_who_have_something_to_try(loaded: tuple[Path, Codes]) -> None:
    _, codes = loaded
    town, soon = town_at(NOW), within(town_at(NOW), NOW, 7)
    for (_, name, _), language in zip(codes, ("ti", "ar"), strict=False):
        assert any(
            (each.name, each.language) == (name, language) and each.number in soon for each in town.newcomers
        )


async def test_a_visitor_can_be_anybody_with_a_meeting_soon_until_nobody_is_left(inhabited: Database) -> None:
    seen: list[int] = []
    async with inhabited.writing() as session:
        for language in ("ti", "ar", "nl", "en", None):
            person = await newcomer_with_meeting(session, NOW, language)
            assert person is not None
            assert language in {None, person.language}
            assert person.id not in seen
            seen.append(person.id)
            session.add(Chat(channel="web", address=str(person.id), person_id=person.id, since=NOW))
            await session.flush()
        assert await newcomer_with_meeting(session, NOW + timedelta(days=400), None) is None
        # Weeks before the first meeting of all there is nothing to show either.
        assert await newcomer_with_meeting(session, NOW - timedelta(days=290), None) is None


async def test_a_newcomer_who_answered_already_is_not_chosen(inhabited: Database) -> None:
    async with inhabited.writing() as session:
        first = await newcomer_with_meeting(session, NOW, "ti")
        assert first is not None
        theirs = select(Meeting).join(Enrolment, Enrolment.course_id == Meeting.course_id)
        for meeting in await session.scalars(theirs.where(Enrolment.person_id == first.id)):
            if meeting.starts_at > NOW:
                await note(session, meeting.id, first.id, answer="come", answered_at=NOW)
        another = await newcomer_with_meeting(session, NOW, "ti")
    assert another is not None
    assert another is not first


async def test_a_newcomer_who_was_invited_already_is_the_last_to_be_chosen(inhabited: Database) -> None:
    async with inhabited.writing() as session:
        first = await newcomer_with_meeting(session, NOW, "nl")
        assert first is not None
        await people.invite(session, first, NOW)
        met = [first.id]
        while (person := await newcomer_with_meeting(session, NOW, "nl")) is not None and person is not first:
            assert person.id not in met
            met.append(person.id)
            session.add(Chat(channel="web", address=str(person.id), person_id=person.id, since=NOW))
            await session.flush()
    assert person is first
    assert len(met) > 3


async def test_a_newcomer_of_the_town_is_reminded_in_time(
    inhabited: Database, loaded: tuple[Path, Codes], content: Content, wording: Wording
) -> None:
    world = World(inhabited, content, wording)
    (_, _, code), *_ = loaded[1]
    await world.arrives(code, "joined", "visitor")
    await world.arrives("at/onboarding.welcome/language/ti", "chose", "visitor")
    sent = await Planner(world).passes_until(world.clock() + timedelta(days=3))
    assert sent
    assert all(time(8) <= moment.time() < time(21) for moment in sent)
