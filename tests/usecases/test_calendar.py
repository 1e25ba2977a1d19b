"""Journeys of calendars: what a phone that subscribed reads, before and after things change."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from dateutil.tz import tzical
from icalendar import Calendar, Event
from sqlalchemy import delete, select

from bot.bidi import FSI, LRI, PDI
from bot.calendar_feed import CalendarFeeds
from bot.store import feeds
from bot.store.tables import Chat, Course, Feed, Meeting, Person
from flows import texts
from flows.local_time import local
from nlu.contract import LANGUAGES, Language
from tests.usecases.conftest import TYPES, World
from tests.usecases.town import Town, at

# The clock of a world begins on Monday 23 November 2026 at 10:00 in Leeuwarden.


@pytest.fixture
def town(world: World) -> Town:
    return Town(world)


class Phone:
    """Subscribes to the calendar of somebody, or of a course, and reads it."""

    def __init__(self, town: Town, owner: Person | Course) -> None:
        self.world = town.world
        self.owner = {"person" if isinstance(owner, Person) else "course": owner.id}
        self.served = CalendarFeeds(self.world.database, self.world.wording, TYPES, self.world.clock)

    async def subscribe(self) -> str:
        """Get a new address; returns its token."""
        async with self.world.database.writing() as session:
            self.token = await feeds.renew(session, **self.owner, now=self.world.clock())
        return self.token

    async def text(self) -> str:
        """The calendar as it comes over the line."""
        if not hasattr(self, "token"):
            await self.subscribe()
        text = await self.served.by_token(self.token)
        assert text is not None
        return text.decode()

    async def events(self) -> list[Event]:
        return list(Calendar.from_ical(await self.text()).walk("VEVENT"))

    async def event(self) -> Event:
        (only,) = await self.events()
        return only

    async def starts(self) -> list[str]:
        """When the meetings begin, in local time."""
        return [f"{local(event.start):%m-%d %H:%M}" for event in await self.events()]


async def lesson(town: Town, *some: Person, when: str = "2026-12-09", **more: object) -> Meeting:
    """A lesson of a new group with these people."""
    course = await town.course(f"pvt-{when}")
    if some:
        await town.enrol(course, *some)
    return await town.meeting(course, at(when, "13:00"), **more)  # type: ignore[arg-type]


# times


async def test_a_weekly_lesson_keeps_its_time_on_the_wall_over_both_changes_of_the_clocks(town: Town) -> None:
    eden = await town.person("eden")
    course = await town.course("nl-1", "language_class")
    await town.enrol(course, eden)
    days = ["2026-10-20", "2026-10-27", "2027-03-23", "2027-03-30"]
    planned = [await town.meeting(course, at(day, "09:30"), hours=2) for day in days]
    phone = Phone(town, eden)
    assert await phone.starts() == ["10-20 09:30", "10-27 09:30", "03-23 09:30", "03-30 09:30"]
    text = await phone.text()
    assert text.count("DTSTART;TZID=Europe/Amsterdam:") == len(days)
    # A phone that knows no zones but the one in the file comes to the same instants.
    zone = tzical(StringIO(text)).get("Europe/Amsterdam")
    for event, meeting in zip(await phone.events(), planned, strict=True):
        assert event.start.replace(tzinfo=zone).timestamp() == meeting.starts_at.timestamp()
        assert event.end.replace(tzinfo=zone).timestamp() == meeting.ends_at.timestamp()


async def test_a_meeting_in_the_night_of_the_change_is_as_long_as_it_is(town: Town) -> None:
    eden = await town.person("eden")
    course = await town.course("walk", "sport")
    await town.enrol(course, eden)
    await town.meeting(course, at("2027-03-27", "23:00"), hours=8)
    event = await Phone(town, eden).event()
    assert f"{event.end:%d %H:%M}" == "28 08:00"
    assert event.end.timestamp() - event.start.timestamp() == timedelta(hours=8).total_seconds()


async def test_a_person_sees_what_was_in_the_last_ninety_days(town: Town) -> None:
    eden = await town.person("eden")
    course = await town.course("nl-1", "language_class")
    await town.enrol(course, eden)
    for day in ("2026-08-24", "2026-08-26", "2026-12-01"):
        await town.meeting(course, at(day))
    assert await Phone(town, eden).starts() == ["08-26 10:00", "12-01 10:00"]
    assert await Phone(town, course).starts() == ["08-24 10:00", "08-26 10:00", "12-01 10:00"]


# changes


async def test_a_moved_meeting_is_the_same_one_with_a_higher_number(town: Town) -> None:
    eden = await town.person("eden")
    meeting = await lesson(town, eden)
    phone = Phone(town, eden)
    before = await phone.event()
    town.world.clock.move(hours=1)
    await town.change(meeting, starts_at=at("2026-12-10", "14:00"), room="3.14")
    after = await phone.event()
    assert before["UID"] == after["UID"] == f"meeting-{meeting.id}@wegwijs"
    assert (before.sequence, after.sequence) == (0, 1)
    assert after["DTSTAMP"].dt - before["DTSTAMP"].dt == timedelta(hours=1)
    assert f"{local(after.start):%d %H:%M}" == "10 14:00"
    assert after["LOCATION"] == "Stadhuis, 3.14"
    assert after.status == "CONFIRMED"


async def test_a_cancelled_meeting_stays_and_says_so_until_it_goes_on_after_all(town: Town) -> None:
    eden = await town.person("eden")
    meeting = await lesson(town, eden)
    phone = Phone(town, eden)
    going_on = await phone.event()
    await town.cancel(meeting)
    event = await phone.event()
    assert (event.status, event.sequence, event["TRANSP"]) == ("CANCELLED", 1, "TRANSPARENT")
    assert event["UID"] == going_on["UID"]
    assert event["SUMMARY"] == f"Dit gaat niet door. Je hoeft niet te komen. {going_on['SUMMARY']}"
    async with town.world.database.writing() as session:
        stored = await session.get_one(Meeting, meeting.id)
        await town.world.plan.restore(session, stored, town.world.clock())
    event = await phone.event()
    assert (event.status, event.sequence, event["TRANSP"]) == ("CONFIRMED", 2, "OPAQUE")
    assert event["SUMMARY"] == going_on["SUMMARY"]


async def test_who_cannot_come_keeps_the_meeting_with_the_time_free(town: Town) -> None:
    eden = await town.linked("eden")
    meeting = await lesson(town, eden)
    phone = Phone(town, eden)
    before = await phone.event()
    assert before["TRANSP"] == "OPAQUE"
    town.world.clock.move(hours=1)
    await town.world.arrives(f"go/cannot/{meeting.id}", "chose", "eden")
    event = await phone.event()
    assert (event.status, event["TRANSP"], event.sequence) == ("CONFIRMED", "TRANSPARENT", 0)
    assert event["SUMMARY"] == f"Je hebt gezegd dat je niet kunt komen. {before['SUMMARY']}"
    assert event["DTSTAMP"].dt - before["DTSTAMP"].dt == timedelta(hours=1)
    await town.world.arrives(f"go/come/{meeting.id}", "chose", "eden")
    event = await phone.event()
    assert (event["TRANSP"], event["SUMMARY"]) == ("OPAQUE", before["SUMMARY"])


async def test_who_could_not_come_is_expected_again_at_another_time(town: Town) -> None:
    eden = await town.linked("eden")
    meeting = await lesson(town, eden)
    await town.world.arrives(f"go/cannot/{meeting.id}", "chose", "eden")
    await town.change(meeting, starts_at=at("2026-12-10", "13:00"))
    assert (await Phone(town, eden).event())["TRANSP"] == "OPAQUE"


async def test_that_somebody_cannot_come_does_not_show_in_the_calendar_of_the_group(town: Town) -> None:
    eden = await town.linked("eden")
    meeting = await lesson(town, eden)
    async with town.world.database.reading() as session:
        course = await session.get_one(Course, meeting.course_id)
    before = await Phone(town, course).text()
    await town.world.arrives(f"go/cannot/{meeting.id}", "chose", "eden")
    assert await Phone(town, course).text() == before


# who is expected


async def test_a_guest_sees_the_meeting_of_the_other_group_and_only_that_one(town: Town) -> None:
    eden = await town.linked("eden")
    missed = await lesson(town, eden, when="2026-12-09", part=2)
    other = await lesson(town, when="2026-12-16", part=2)
    async with town.world.database.reading() as session:
        await town.meeting(await session.get_one(Course, other.course_id), at("2026-12-17"))
    await town.world.arrives(f"go/cannot/{missed.id}", "chose", "eden")
    phone = Phone(town, eden)
    assert await phone.starts() == ["12-09 13:00"]
    await town.world.arrives(f"go/swap/{missed.id}/{other.id}", "chose", "eden")
    assert await phone.starts() == ["12-09 13:00", "12-16 13:00"]
    assert [event["TRANSP"] for event in await phone.events()] == ["TRANSPARENT", "OPAQUE"]


async def test_who_leaves_the_group_sees_its_meetings_no_more(town: Town) -> None:
    eden, abel = await town.linked("eden"), await town.person("abel")
    course = await town.course("pvt")
    await town.enrol(course, eden, abel)
    meeting = await town.meeting(course, at("2026-12-09"))
    await town.world.arrives(f"go/come/{meeting.id}", "chose", "eden")
    await town.leave(course, eden)
    assert await Phone(town, eden).events() == []
    assert len(await Phone(town, abel).events()) == 1
    await town.enrol(course, eden)
    assert len(await Phone(town, eden).events()) == 1


async def test_nobody_sees_the_meetings_of_others_or_reads_a_name(town: Town) -> None:
    eden = await town.linked("n-0042", name="Eden Tesfay")
    abel = await town.linked("n-0043", name="Abel Kidane")
    own = await lesson(town, eden, when="2026-12-09", room="1")
    theirs = await lesson(town, abel, when="2026-12-16", room="2")
    await town.world.arrives(f"go/cannot/{theirs.id}", "chose", "n-0043")
    text = (await Phone(town, eden).text()).replace("\r\n ", "")
    assert f"meeting-{own.id}@" in text
    assert f"meeting-{theirs.id}@" not in text
    hidden = ("Tesfay", "Kidane", "n-004", "pvt-2026", "ATTENDEE", "ORGANIZER")
    assert [word for word in hidden if word.casefold() in text.casefold()] == []


# words


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_is_in_the_language_of_the_chat_without_isolates_and_pictures(
    town: Town, language: Language
) -> None:
    eden = await town.linked("eden", language)
    await lesson(town, eden, part=2, bring="id,pen", interpreter="ti", room="A-1")
    phone = Phone(town, eden)
    text = await phone.text()
    assert not {LRI, FSI, PDI, "📜"} & set(text)
    words = town.world.wording

    def plain(*said: texts.Text) -> str:
        isolated = "\n".join(words.word(each, language) for each in said)
        return "".join(letter for letter in isolated if letter not in {LRI, FSI, PDI})

    event = await phone.event()
    assert event["SUMMARY"] == plain(texts.PARTICIPATION_STATEMENT)
    assert str(event["DESCRIPTION"]) == plain(
        texts.PART_OF.given(part=2, parts=4),
        texts.BRING_ID,
        texts.BRING_PEN,
        texts.INTERPRETER.given(language="ትግርኛ"),
    )
    assert Calendar.from_ical(text)["X-WR-CALNAME"] == plain(texts.MY_APPOINTMENTS)


async def test_arabic_and_tigrinya_titles_are_in_their_letters(town: Town) -> None:
    for reference, language, title in (
        ("eden", "ti", "ትምህርቲ ቋንቋ ሆላንድ"),
        ("samir", "ar", "درس اللغة الهولندية"),
    ):
        person = await town.linked(reference, language)
        course = await town.course(f"nl-{language}", "language_class")
        await town.enrol(course, person)
        await town.meeting(course, at("2026-12-01"))
        assert (await Phone(town, person).event())["SUMMARY"] == title


async def test_the_phone_decides_on_the_language_before_the_browser_and_the_records(town: Town) -> None:
    eden = await town.person("eden", language="ti")
    await lesson(town, eden)
    phone = Phone(town, eden)

    async def name() -> str:
        return str(Calendar.from_ical(await phone.text())["X-WR-CALNAME"])

    async def chats(channel: str, language: str | None, gone: str | None = None) -> None:
        async with town.world.database.writing() as session:
            chat = Chat(channel=channel, address=f"{channel}-{language}", language=language, gone=gone)
            chat.person_id, chat.since = eden.id, town.world.clock()
            session.add(chat)

    assert await name() == "ቆጸራታተይ"
    await chats("telegram", "en")
    await chats("telegram", None)
    assert await name() == "My appointments"
    await chats("web", "nl")
    assert await name() == "My appointments"
    await chats("telegram", "ar")
    await chats("telegram", "nl", gone="blocked")
    assert await name() == "مواعيدي"


async def test_without_any_language_it_is_dutch(town: Town) -> None:
    eden = await town.person("eden")
    await lesson(town, eden)
    event = await Phone(town, eden).event()
    assert event["SUMMARY"] == "Les voor de participatieverklaring"
    assert "DESCRIPTION" not in event


async def test_the_calendar_of_a_group_has_its_title_and_is_dutch(town: Town) -> None:
    eden = await town.linked("eden", "ar")
    meeting = await lesson(town, eden, part=1, latitude=53.2012, longitude=5.7999, address="Oldehoofster, 1")
    async with town.world.database.writing() as session:
        course = await session.get_one(Course, meeting.course_id)
        course.title = "PVT; groep 3, dinsdag\\middag"
    phone = Phone(town, course)
    lines = (await phone.text()).split("\r\n")
    for name in ("NAME", "X-WR-CALNAME"):
        assert rf"{name}:PVT\; groep 3\, dinsdag\\middag" in lines
    event = await phone.event()
    assert event["DESCRIPTION"] == "Deel 1 van 4."
    assert event["LOCATION"] == "Stadhuis, Oldehoofster, 1"
    assert event["GEO"].to_ical() == "53.2012;5.7999"


# addresses


async def test_a_renewed_address_ends_the_one_before(town: Town) -> None:
    eden = await town.person("eden")
    phone = Phone(town, eden)
    first, second = await phone.subscribe(), await phone.subscribe()
    assert first != second
    assert await phone.served.by_token(first) is None
    assert await phone.served.by_token(second) is not None


async def test_an_address_that_was_ended_has_nothing_and_others_stay(town: Town) -> None:
    eden, course = await town.person("eden"), await town.course("pvt")
    phone, wall = Phone(town, eden), Phone(town, course)
    await phone.text(), await wall.text()
    async with town.world.database.writing() as session:
        assert await feeds.withdraw(session, **phone.owner) is True
        assert await feeds.withdraw(session, **phone.owner) is False
    assert await phone.served.by_token(phone.token) is None
    assert await wall.served.by_token(wall.token) is not None


async def test_the_calendar_of_somebody_ends_with_the_record(town: Town) -> None:
    eden = await town.person("eden")
    phone = Phone(town, eden)
    await phone.text()
    async with town.world.database.writing() as session:
        await session.execute(delete(Person).where(Person.id == eden.id))
    assert await phone.served.by_token(phone.token) is None


async def test_a_token_cannot_be_guessed_and_is_not_kept(town: Town) -> None:
    eden = await town.person("eden")
    phone = Phone(town, eden)
    tokens = {await phone.subscribe() for _ in range(20)}
    assert len(tokens) == 20
    assert min(map(len, tokens)) * 6 >= 128
    async with town.world.database.reading() as session:
        (kept,) = (await session.scalars(select(Feed))).all()
    assert phone.token not in repr(vars(kept))
    assert await phone.served.by_token(kept.token_hash) is None


@pytest.mark.parametrize("token", ["", "x" * 10_000, "\x00", "../etc", "ሰላም"])
async def test_another_token_has_nothing(town: Town, token: str) -> None:
    phone = Phone(town, await town.person("eden"))
    await phone.subscribe()
    assert await phone.served.by_token(token) is None


@pytest.mark.parametrize("owner", [{}, {"course": 1, "person": 1}])
async def test_a_calendar_is_of_a_course_or_of_a_person(town: Town, owner: dict[str, int]) -> None:
    async with town.world.database.writing() as session:
        with pytest.raises(ValueError, match="course or of a person"):
            await feeds.renew(session, **owner, now=town.world.clock())
        with pytest.raises(ValueError, match="course or of a person"):
            await feeds.withdraw(session, **owner)
