"""The tables. Times are aware and stored in UTC; a naive one is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, Index, Integer, MetaData, String, Text
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
    """Somebody the municipality knows: a newcomer, a volunteer or a member of staff."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    reference: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16))
    contact: Mapped[str | None] = mapped_column(String(64))


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


class Delivery(Base):
    """One message due to one chat: the ledger. ``key`` makes every message happen once.

    queued -> claimed -> sent | failed | unknown | skipped, the last three with their reason. ``line`` counts
    what was sent in a chat, in that order; ``id`` only tells the order in which it was written down.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_due", "status", "due_at"),
        Index("ix_deliveries_chat", "chat_id", "line"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    content: Mapped[dict[str, Any]]
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
    """A person asked to be contacted."""

    __tablename__ = "contact_requests"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    contact: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Heartbeat(Base):
    """When each tick of the clock last ended well."""

    __tablename__ = "heartbeats"

    tick: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime]
