"""From an arrival to the reply, on both databases."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from bot.channels.contract import Arrival, NotStored
from bot.store import chats, people
from bot.store.database import Database, async_url
from bot.store.tables import Arrival as StoredArrival
from bot.store.tables import Chat, ContactRequest, Delivery, Person, Question, Rating
from bot.usecases.converse import MOST_AT_ONCE, Converse, Tools
from tests.fakes.understanding import fake_danger
from tests.usecases.conftest import TYPES, World


async def stored_words(world: World) -> list[str | None]:
    async with world.database.reading() as session:
        return list((await session.scalars(select(StoredArrival.words).order_by(StoredArrival.id))).all())


async def test_a_new_chat_is_asked_for_its_language_then_answered_in_it(world: World) -> None:
    (asked,) = await world.arrives("", "joined", language="ar-SY")
    assert next(button.label for row in asked.rows for button in row) == "العربية"
    introduction, menu = await world.arrives("at/onboarding.welcome/language/ar", "chose")
    assert introduction.language == "ar"
    assert menu.direction == "rtl"
    async with world.database.reading() as session:
        chat = await session.scalar(select(Chat))
    assert chat is not None
    assert (chat.language, chat.state) == ("ar", None)


async def test_a_question_is_answered_with_its_number_callable(world: World) -> None:
    await world.joined_in("nl")
    world.understanding.teach("mijn man slaat", "domestic_violence", "nl")
    (answer,) = await world.arrives("mijn man slaat")
    assert "0800-2000" in answer.phones
    assert "0800-2000" in answer.text


async def test_the_same_update_handed_over_twice_is_answered_once(world: World) -> None:
    arrival = Arrival("fake", "1", "77", "joined")
    for _ in range(3):
        await world.converse.accept(arrival)
    await world.converse.settle()
    await world.deliver.everything_due()
    assert len(world.channel.sent) == 1


async def test_what_was_stored_is_answered_after_a_restart(world: World) -> None:
    await world.joined_in("en")
    world.understanding.teach("doctor", "gp_registration", "en")
    # The process dies right after it stored the arrival: nothing was handled.
    dying = world.another_process()
    await dying._store(Arrival("fake", "1", "after-crash", "said", "doctor"))
    born = world.another_process()
    assert await born.wake_all() == 1
    await born.settle()
    await world.deliver.everything_due()
    assert "gp_registration" not in world.channel.sent[-1][1].text
    assert world.channel.sent[-1][1].title.endswith("Finding a doctor")
    assert await born.wake_all() == 0


async def test_a_restart_in_the_middle_of_a_conversation_goes_on(world: World) -> None:
    await world.joined_in("nl")
    await world.arrives("go/delete", "chose")
    world.converse = world.another_process()
    (kept,) = await world.arrives("at/privacy.delete/sure/no", "chose")
    assert kept.text.startswith("Ik heb niets gewist")


async def test_two_processes_do_not_answer_the_same_arrival_twice(world: World) -> None:
    await world.joined_in("nl")
    other = world.another_process()
    await world.converse._store(Arrival("fake", "1", "x", "chose", "go/menu"))
    async with world.database.reading() as session:
        chat = await session.scalar(select(Chat.id))
    assert chat is not None
    world.converse.wake(chat)
    other.wake(chat)
    await world.converse.settle()
    await other.settle()
    async with world.database.reading() as session:
        replies = (
            await session.scalars(select(Delivery).where(Delivery.content["text"].as_string() != ""))
        ).all()
        keys = [delivery.key for delivery in replies]
    assert len(keys) == len(set(keys))
    before = len(world.channel.sent)
    await world.deliver.everything_due()
    assert len(world.channel.sent) == before + 1


async def test_danger_is_answered_and_its_words_are_never_stored(world: World) -> None:
    await world.joined_in("nl")
    alarm, advice = await world.arrives("fire in my house, I am Samira")
    assert alarm.tone == "alarm"
    assert "112" in alarm.phones
    assert not any("Samira" in (words or "") for words in await stored_words(world))
    assert advice.text


async def test_a_bsn_is_never_stored(world: World) -> None:
    await world.joined_in("nl")
    told, *_ = await world.arrives("mijn bsn is 111222333")
    assert "BSN" in told.text
    assert not any("111222333" in (words or "") for words in await stored_words(world))


async def test_words_are_erased_after_a_day_and_a_kept_question_stays(world: World) -> None:
    await world.joined_in("nl")
    await world.arrives("hoe bak ik een taart")
    world.clock.move(hours=25)
    await world.retire.run()
    assert set(await stored_words(world)) == {None}
    async with world.database.reading() as session:
        (question,) = await people.kept_questions(session)
    assert (question.words, question.reason) == ("hoe bak ik een taart", "unanswered")


async def test_a_thumb_down_keeps_the_question_once(world: World) -> None:
    await world.joined_in("nl")
    world.understanding.teach("ik zoek een dokter", "gp_registration", "nl")
    (answer,) = await world.arrives("ik zoek een dokter")
    (down,) = [b.data for row in answer.rows for b in row if "/down/" in b.data]
    await world.arrives(down, "chose")
    await world.arrives(down, "chose")
    async with world.database.reading() as session:
        questions = (await session.scalars(select(Question))).all()
        ratings = (await session.scalars(select(Rating))).all()
    assert [(q.topic, q.reason) for q in questions] == [("gp_registration", "unhelpful")]
    assert len(ratings) == 2


async def test_a_question_of_another_chat_cannot_be_kept(world: World) -> None:
    await world.joined_in("nl")
    await world.arrives("een geheim")
    await world.joined_in("nl", address="2")
    async with world.database.reading() as session:
        secret = await session.scalar(select(StoredArrival.id).where(StoredArrival.words == "een geheim"))
    await world.arrives(f"go/rate/dentist/down/{secret}", "chose", address="2")
    async with world.database.reading() as session:
        kept = (await session.scalars(select(Question))).all()
    assert [question.reason for question in kept] == ["unanswered"]


async def test_an_invitation_links_once_and_the_person_can_be_called_back(world: World) -> None:
    async with world.database.writing() as session:
        person = Person(reference="N-1", name="Eden T.", role="newcomer", contact="amaryllis")
        session.add(person)
        await session.flush()
        code = await people.invite(session, person, world.clock())
    await world.arrives(f"/start {code.lower()}")
    linked = await world.arrives("at/onboarding.welcome/language/nl", "chose")
    assert any("Eden T." in said.text for said in linked)
    await world.arrives("go/human", "chose")
    await world.arrives("at/people.ask_contact/contact/amaryllis", "chose")
    await world.arrives("at/people.ask_contact/sure/yes", "chose")
    async with world.database.reading() as session:
        ((request, asker, meeting),) = await people.open_requests(session)
    assert (request.contact, asker.reference, meeting) == ("amaryllis", "N-1", None)
    await world.joined_in("nl", address="2")
    refused, *_ = await world.arrives(code, "joined", address="2")
    assert "werkt niet" in refused.text


async def test_an_invitation_expires(world: World) -> None:
    async with world.database.writing() as session:
        person = Person(reference="N-1", name="Eden T.", role="newcomer", contact=None)
        session.add(person)
        await session.flush()
        code = await people.invite(session, person, world.clock())
    await world.joined_in("nl")
    world.clock.move(days=15)
    refused, *_ = await world.arrives(code, "joined")
    assert "werkt niet" in refused.text


async def test_two_hundred_messages_at_once_are_limited_and_told_once(world: World) -> None:
    await world.joined_in("nl")
    for number in range(200):
        await world.converse.accept(Arrival("fake", "1", f"flood-{number}", "said", "hallo daar"))
    await world.converse.settle()
    await world.deliver.everything_due()
    told = [text for text in world.channel.texts("1") if "te veel tegelijk" in text]
    assert len(told) == 1
    assert len(world.channel.sent) <= MOST_AT_ONCE + 4
    async with world.database.reading() as session:
        limited = select(StoredArrival).where(StoredArrival.outcome == chats.LIMITED)
        unread = (await session.scalars(limited)).all()
    assert len(unread) == 2 + 200 - MOST_AT_ONCE - 1
    assert {arrival.words for arrival in unread} == {None}
    alarm, *_ = await world.arrives("fire!")
    assert alarm.tone == "alarm"
    world.clock.move(seconds=11)
    assert await world.arrives("go/menu", "chose")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "😀😀😀",
        "x" * 100_000,
        "\u202e\u200b\x00\x07",
        "<script>alert(1)</script>",
        "'; DROP TABLE chats; --",
        "ሰላም hello سلام",
        "/",
        "/nonsense",
        "/start",
        "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "ignore"),
    ],
)
async def test_whatever_is_typed_gets_an_answer(world: World, text: str) -> None:
    await world.joined_in("nl")
    said = await world.arrives(text)
    assert said
    assert all(message.text for message in said)


async def test_a_typed_option_is_the_option(world: World) -> None:
    await world.arrives("", "joined")
    introduction, _ = await world.arrives("english")
    assert introduction.language == "en"


async def test_everything_can_be_exported_and_deleted(world: World) -> None:
    await world.joined_in("nl")
    await world.arrives("weet jij dit")
    (export,) = await world.arrives("go/export", "chose")
    data = json.loads(export.attachments[0].text)
    assert data["questions_for_staff"] == [{"words": "weet jij dit", "topic": None}]
    await world.arrives("go/delete", "chose")
    (farewell,) = await world.arrives("at/privacy.delete/sure/yes", "chose")
    assert farewell.text.startswith("Alles over deze chat is gewist")
    async with world.database.reading() as session:
        for table in (Question, Rating, ContactRequest):
            assert (await session.scalars(select(table))).all() == []
        chat = await session.scalar(select(Chat))
        assert chat is not None
        assert (chat.language, chat.person_id) == (None, None)
    assert set(await stored_words(world)) == {None}
    (asked,) = await world.arrives("hallo")
    assert "Kies je taal" in asked.text


async def test_an_idle_conversation_is_closed_with_a_message(world: World) -> None:
    await world.joined_in("nl")
    await world.arrives("go/delete", "chose")
    world.clock.move(hours=23)
    await world.retire.run()
    await world.deliver.everything_due()
    before = len(world.channel.sent)
    world.clock.move(hours=2)
    await world.retire.run()
    await world.retire.run()
    await world.deliver.everything_due()
    assert len(world.channel.sent) == before + 1
    assert "daarom ben ik gestopt" in world.channel.sent[-1][1].text


async def test_an_arrival_that_breaks_the_bot_is_told_and_does_not_silence_the_chat(world: World) -> None:
    await world.joined_in("nl")

    async def broken(text: str, prior: object = None) -> object:
        raise RuntimeError("the engine is broken")

    parse, world.understanding.parse = world.understanding.parse, broken  # type: ignore[assignment,method-assign]
    (sorry,) = await world.arrives("hallo")
    assert "ging bij mij iets mis" in sorry.text
    world.understanding.parse = parse  # type: ignore[method-assign]
    assert await world.arrives("go/menu", "chose")


async def test_an_arrival_that_cannot_be_stored_is_refused_not_lost_silently(world: World) -> None:
    nowhere = Database(async_url("sqlite:////nonexistent/folder/x.db"))
    tools = Tools(
        nowhere,
        world.understanding,
        fake_danger,
        world.wording,
        world.content.catalogue,
        TYPES,
        world.clock,
        lambda: None,
    )
    with pytest.raises(NotStored):
        await Converse(tools).accept(Arrival("fake", "1", "1", "said", "hallo"))
    await nowhere.close()


async def test_who_left_gets_nothing_and_who_comes_back_is_answered(world: World) -> None:
    await world.joined_in("nl")
    await world.arrives("blocked", "left")
    async with world.database.reading() as session:
        assert await session.scalar(select(Chat.gone)) == "blocked"
    assert await world.arrives("go/menu", "chose")
    async with world.database.reading() as session:
        assert await session.scalar(select(Chat.gone)) is None


async def test_chats_are_answered_side_by_side(world: World) -> None:
    for address in ("1", "2", "3"):
        await world.joined_in("nl", address)
    for number in range(30):
        await world.converse.accept(Arrival("fake", str(number % 3 + 1), f"n{number}", "chose", "go/menu"))
    await world.converse.settle()
    await world.deliver.everything_due()
    assert {address: len(world.channel.texts(address)) for address in ("1", "2", "3")} == dict.fromkeys(
        ("1", "2", "3"), 13
    )
