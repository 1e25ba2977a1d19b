"""The door to the calendars: what a phone gets that looks there every hour, and what others get."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest
from icalendar import Calendar
from starlette.applications import Starlette

from bot.calendar_feed import CalendarFeeds
from bot.course_types import load_course_types
from bot.settings import COURSE_TYPES
from bot.store import feeds
from bot.store.database import Database
from bot.store.tables import Course, Meeting
from bot.web.calendar import calendar_path, calendar_route
from bot.web.chat import error_handlers
from bot.wording import Wording
from flows.local_time import AMSTERDAM
from tests.fakes.clock import FakeClock

NOW = FakeClock()


@pytest.fixture
async def phone(database: Database, wording: Wording) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody out there."""
    served = CalendarFeeds(database, wording, load_course_types(COURSE_TYPES), NOW)
    app = Starlette(
        routes=[calendar_route(served.by_token)], exception_handlers=dict(error_handlers(wording.word))
    )
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://wegwijs.test") as client:
        yield client


@pytest.fixture
async def course(database: Database) -> int:
    """A course with one meeting."""
    starts_at = datetime(2026, 12, 1, 10, 0, tzinfo=AMSTERDAM)
    async with database.writing() as session:
        course = Course(
            reference="nl-1", kind="language_class", title="NT2", organisation="friesland_college"
        )
        session.add(course)
        await session.flush()
        session.add(
            Meeting(
                reference="nl-1-1",
                course_id=course.id,
                starts_at=starts_at,
                ends_at=starts_at.replace(hour=12),
                place="Stadhuis",
                changed_at=NOW(),
            )
        )
    return course.id


async def renew(database: Database, course: int) -> str:
    async with database.writing() as session:
        return await feeds.renew(session, course=course, now=NOW())


async def test_a_phone_gets_the_calendar_and_may_keep_it_but_nobody_else_may(
    phone: httpx.AsyncClient, database: Database, course: int
) -> None:
    answer = await phone.get(calendar_path(await renew(database, course)))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["content-disposition"] == 'inline; filename="wegwijs.ics"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["SUMMARY"] == "Nederlandse les"


async def test_looking_without_reading_tells_the_same_head(
    phone: httpx.AsyncClient, database: Database, course: int
) -> None:
    path = calendar_path(await renew(database, course))
    got, looked = await phone.get(path), await phone.head(path)
    assert looked.status_code == 200
    assert looked.headers == got.headers


async def test_what_is_known_already_is_not_sent_again_until_something_changes(
    phone: httpx.AsyncClient, database: Database, course: int
) -> None:
    path = calendar_path(await renew(database, course))
    tag = (await phone.get(path)).headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        again = await phone.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert (again.headers["etag"], again.headers["cache-control"]) == (tag, "private, no-cache")
    assert (await phone.get(path, headers={"If-None-Match": '"other"'})).status_code == 200
    async with database.writing() as session:
        (await session.get_one(Course, course)).title = "NT2 avond"
    assert (await phone.get(path, headers={"If-None-Match": tag})).status_code == 200


async def test_a_renewed_or_withdrawn_address_is_like_one_that_never_was(
    phone: httpx.AsyncClient, database: Database, course: int
) -> None:
    first = await renew(database, course)
    second = await renew(database, course)
    never = await phone.get(calendar_path("A" * 32))
    renewed = await phone.get(calendar_path(first))
    assert (await phone.get(calendar_path(second))).status_code == 200
    async with database.writing() as session:
        await feeds.withdraw(session, course=course)
    withdrawn = await phone.get(calendar_path(second))
    assert never.status_code == 404
    assert (renewed.status_code, renewed.text) == (never.status_code, never.text)
    assert (withdrawn.status_code, withdrawn.text) == (never.status_code, never.text)
    assert renewed.headers == withdrawn.headers == never.headers
    assert first not in renewed.text


@pytest.mark.parametrize(
    "path",
    [
        "/calendar/",
        "/calendar/.ics",
        "/calendar/%00.ics",
        "/calendar/%ff%fe.ics",
        f"/calendar/{'x' * 5000}.ics",
    ],
)
async def test_a_strange_address_is_not_found(phone: httpx.AsyncClient, path: str) -> None:
    assert (await phone.get(path)).status_code == 404


async def test_nothing_can_be_posted_there(phone: httpx.AsyncClient, database: Database, course: int) -> None:
    assert (await phone.post(calendar_path(await renew(database, course)))).status_code == 405
