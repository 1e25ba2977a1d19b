"""The tables. Times are aware and stored in UTC; a naive one is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, Index, Integer, MetaData, String, Text, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class AwareDateTime(TypeDecorator[datetime]):
    """A point in time. SQLite forgets the zone, so everything is UTC in the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite only counts up by itself on a column of type INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")
# Compared byte by byte: by the rules of a language it takes several times as long.
Key = String(160).with_variant(String(160, collation="C"), "postgresql")


class Base(DeclarativeBase):
    """Names every constraint, so that migrations can find them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: AwareDateTime(),
        dict[str, Any]: JSON(none_as_null=True),
    }


class Person(Base):
    """Somebody the municipality knows: a newcomer, a volunteer or a member of staff. No BSN.

    ``contact`` is the key of the organisation that knows the person best, ``country`` an ISO 3166 code,
    ``household`` what the members of one share, ``unaccompanied`` a minor without parents here (None: not
    known), ``plan_goal`` "work", "education" or "neither" (for now), ``pip_on`` the date of the plan (PIP).
    ``participation`` is "excused" or "exempt" from the participation statement, ``signed_on`` its signing.
    """

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    reference: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16))
    contact: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str | None] = mapped_column(String(2))
    country: Mapped[str | None] = mapped_column(String(2))
    born_on: Mapped[date | None]
    settled_on: Mapped[date | None]
    neighbourhood: Mapped[str | None] = mapped_column(String(80))
    household: Mapped[str | None] = mapped_column(String(64))
    unaccompanied: Mapped[bool | None]
    several_problems: Mapped[bool | None]
    plan_goal: Mapped[str | None] = mapped_column(String(16))
    regime: Mapped[str] = mapped_column(String(8), default="unknown", server_default="unknown")
    pip_on: Mapped[date | None]
    participation: Mapped[str | None] = mapped_column(String(8))
    signed_on: Mapped[date | None]


class Invitation(Base):
    """A code that links a chat to a person, once. Only its hash is kept."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Chat(Base):
    """One talk with one account of one channel. ``version`` grows with every turn: two processes that
    answer the same chat notice each other. Before ``free_at`` no message may be sent to it."""

    __tablename__ = "chats"
    __table_args__ = (
        Index("uq_chats_channel_address", "channel", "address", unique=True),
        Index("ix_chats_idle", "state_at"),
        Index("ix_chats_person", "person_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(128))
    language: Mapped[str | None] = mapped_column(String(2))
    client_language: Mapped[str | None] = mapped_column(String(2))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    state: Mapped[dict[str, Any] | None]
    state_at: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    gone: Mapped[str | None] = mapped_column(String(64))
    free_at: Mapped[datetime | None]
    since: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=0)


class Arrival(Base):
    """Something that came in. ``words`` are erased after a day, and never kept when they told of danger.

    ``outcome`` is None until it was handled, then "answered", "limited" or why it was not.
    """

    __tablename__ = "arrivals"
    __table_args__ = (
        Index("uq_arrivals_channel_key", "channel", "key", unique=True),
        Index("ix_arrivals_chat_received", "chat_id", "received_at"),
        Index("ix_arrivals_open", "outcome", "chat_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(128))
    kind: Mapped[str] = mapped_column(String(16))
    words: Mapped[str | None] = mapped_column(Text)
    danger: Mapped[str | None] = mapped_column(String(32))
    redacted: Mapped[bool] = mapped_column(default=False)
    trace: Mapped[str] = mapped_column(String(16))
    received_at: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(String(32))


QUEUED = text("status = 'queued'")
OPEN = text("status IN ('queued', 'claimed')")
LINED = text("line IS NOT NULL")
ABOUT = text("person_id IS NOT NULL")


class Delivery(Base):
    """One message due to one chat: the ledger. ``key`` makes every message happen once.

    queued -> claimed -> sent | failed | unknown | skipped, the last three with their reason. ``line`` counts
    what was sent in a chat, in that order; ``id`` only tells the order in which it was written down.

    A reply is worded when it is written. What is said about a meeting or a last date (``person_id``, perhaps
    ``meeting_id`` and its ``version``, and ``offset``: which of its reminders or notices) is worded when it
    is sent, so that it is true then; until that ``content`` is None. Without a chat nothing can be sent:
    skipped, with that reason.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        # Small indexes: of a year of messages only a few wait.
        Index("ix_deliveries_due", "due_at", postgresql_where=QUEUED, sqlite_where=QUEUED),
        Index("ix_deliveries_open", "chat_id", postgresql_where=OPEN, sqlite_where=OPEN),
        Index("ix_deliveries_chat", "chat_id", "line", postgresql_where=LINED, sqlite_where=LINED),
        # By meeting first: the rows of a group are written one after the other, to the same place.
        Index("ix_deliveries_meeting", "meeting_id", "person_id", postgresql_where=ABOUT, sqlite_where=ABOUT),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(Key, unique=True)
    # No foreign keys: checking them took half of the time in which a large town's reminders are written down.
    chat_id: Mapped[int | None] = mapped_column(Id)
    person_id: Mapped[int | None] = mapped_column(Id)
    meeting_id: Mapped[int | None] = mapped_column(Id)
    version: Mapped[int | None]
    offset: Mapped[str | None] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    content: Mapped[dict[str, Any] | None]
    status: Mapped[str] = mapped_column(String(16), default="queued")
    reason: Mapped[str | None] = mapped_column(String(200))
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    external: Mapped[str | None] = mapped_column(String(64))
    line: Mapped[int | None]
    trace: Mapped[str] = mapped_column(String(16))


class Pace(Base):
    """When the next message may leave through a channel. Times in microseconds since 1970.

    ``next_at`` is the theoretical arrival time of the generic cell rate algorithm; ``wait_until`` is what
    the channel itself asked for.
    """

    __tablename__ = "paces"

    name: Mapped[str] = mapped_column(String(160), primary_key=True)
    next_at: Mapped[int] = mapped_column(BigInteger)
    wait_until: Mapped[int] = mapped_column(BigInteger, default=0)


class Question(Base):
    """A question for staff to learn from. It names nobody; ``chat_id`` only serves its deletion."""

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    chat_id: Mapped[int | None] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"), index=True)
    arrival_id: Mapped[int] = mapped_column(Id, unique=True)
    language: Mapped[str] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(Text)
    topic: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime]


class Rating(Base):
    """A thumb under an answer."""

    __tablename__ = "ratings"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    chat_id: Mapped[int | None] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"), index=True)
    topic: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(2))
    helpful: Mapped[bool]
    rated_at: Mapped[datetime]


class ContactRequest(Base):
    """A person asked to be contacted, perhaps about one meeting."""

    __tablename__ = "contact_requests"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id", ondelete="SET NULL"))
    contact: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Heartbeat(Base):
    """When each tick of the clock last ended well."""

    __tablename__ = "heartbeats"

    tick: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime]


class Course(Base):
    """A series of meetings for one group. ``kind`` is a key of `flows/course_types.yml`, ``organisation`` one
    of `locales/contacts.yml`; ``capacity`` is the number of places (None: no limit)."""

    __tablename__ = "courses"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    reference: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(200))
    organisation: Mapped[str] = mapped_column(String(64))
    capacity: Mapped[int | None]


class Meeting(Base):
    """One gathering of a course.

    ``part`` is the number of the half-day where the course type counts them. ``interpreter`` is a language,
    ``bring`` keys of what to bring along, joined by commas. ``version`` grows when the time or the place
    changes or the meeting is cancelled; ``changed_at`` is when it did.
    """

    __tablename__ = "meetings"
    __table_args__ = (
        Index("ix_meetings_course_starts", "course_id", "starts_at"),
        Index("ix_meetings_starts", "starts_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    reference: Mapped[str] = mapped_column(String(64), unique=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    part: Mapped[int | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(200), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    room: Mapped[str] = mapped_column(String(80), default="")
    interpreter: Mapped[str | None] = mapped_column(String(2))
    bring: Mapped[str] = mapped_column(String(120), default="")
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]


class Enrolment(Base):
    """A person in a course, from ``enrolled_at`` until ``ended_at``."""

    __tablename__ = "enrolments"
    __table_args__ = (
        Index("uq_enrolments_course_person", "course_id", "person_id", unique=True),
        Index("ix_enrolments_person", "person_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    enrolled_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Participation(Base):
    """What is known of one person at one meeting, from the first thing that is.

    ``guest``: comes to this one meeting of another group, to make up for ``instead_of``. ``answer`` is "come"
    or "cannot", with the reason. ``told`` is the fingerprint of the time and place that were told last.
    ``presence`` is "present", "absent" or "excused".
    """

    __tablename__ = "participations"
    __table_args__ = (Index("ix_participations_person", "person_id"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    guest: Mapped[bool] = mapped_column(default=False)
    instead_of: Mapped[int | None] = mapped_column(ForeignKey("meetings.id", ondelete="SET NULL"))
    answer: Mapped[str | None] = mapped_column(String(8))
    reason: Mapped[str | None] = mapped_column(String(16))
    answered_at: Mapped[datetime | None]
    told: Mapped[str | None] = mapped_column(String(16))
    presence: Mapped[str | None] = mapped_column(String(8))


NOT_DONE = text("done_at IS NULL")


class Prompt(Base):
    """A moment at which something must be written into the ledger: the plan of what is to be said.

    One row stands for everybody in the group (``person_id`` None) or for one person. ``planned_at`` is the
    moment by the schedule, ``due_at`` is later where the plan was made later. Of a notice ``planned_at`` is
    the start, old or new, before which it must be known. Afterwards ``done_at`` is set.
    """

    __tablename__ = "prompts"
    __table_args__ = (
        Index("ix_prompts_due", "due_at", postgresql_where=NOT_DONE, sqlite_where=NOT_DONE),
        Index("ix_prompts_meeting", "meeting_id"),
        Index("ix_prompts_person", "person_id", postgresql_where=ABOUT, sqlite_where=ABOUT),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(Key, unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(default=1)
    offset: Mapped[str] = mapped_column(String(16))
    planned_at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Feed(Base):
    """A secret address of a calendar, of a course or of a person. Only its hash is kept."""

    __tablename__ = "feeds"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), unique=True)
    made_at: Mapped[datetime]
