"""The core paths in each of the four languages, with the real words and the real content."""

from __future__ import annotations

import pytest

from bot.bidi import LRI, PDI, plain
from bot.channels.contract import Outgoing
from nlu.contract import LANGUAGES, Language
from tests.usecases.conftest import World

each_language = pytest.mark.parametrize("language", LANGUAGES)


def data(said: Outgoing) -> list[str]:
    return [button.data for row in said.rows for button in row]


def in_language(world: World, said: list[Outgoing], language: Language) -> None:
    """Everything is said in this language, runs in its direction, and has no placeholder left."""
    assert said
    for outgoing in said:
        assert outgoing.language == language
        assert outgoing.direction == world.content.languages[language].direction
        words = [outgoing.title, outgoing.text, *(b.label for row in outgoing.rows for b in row)]
        assert not any("{" in word for word in words)


@each_language
async def test_from_hello_to_an_answer_by_buttons_alone(world: World, language: Language) -> None:
    await world.arrives("", "joined")
    said = await world.arrives(f"at/onboarding.welcome/language/{language}", "chose")
    in_language(world, said, language)
    groups = [button for button in data(said[-1]) if button.startswith("go/group/")]
    assert len(groups) == 8
    for group in groups:
        (listed,) = await world.arrives(group, "chose")
        in_language(world, [listed], language)
        topic = next(button for button in data(listed) if button.startswith("go/topic/"))
        said = await world.arrives(topic, "chose")
        in_language(world, said, language)
        assert any("/up/" in button for button in data(said[-1]))
        world.clock.move(seconds=20)


@each_language
async def test_every_topic_has_its_answer_and_the_page_behind_more(world: World, language: Language) -> None:
    await world.joined_in(language)
    for topic, answer in world.content.answers.items():
        world.clock.move(seconds=20)
        said = await world.arrives(f"go/topic/{topic}/0", "chose")
        in_language(world, said, language)
        assert plain(said[-1].title).endswith(answer.texts[language].title)
        if answer.texts[language].more:
            in_language(world, await world.arrives(f"go/more/{topic}", "chose"), language)


@each_language
async def test_a_question_its_thumb_and_the_dutch_for_the_counter(world: World, language: Language) -> None:
    await world.joined_in(language)
    world.understanding.teach("?", "gp_registration", language)
    world.understanding.teach("a doctor", "gp_registration", language)
    (answer,) = await world.arrives("a doctor")
    in_language(world, [answer], language)
    (down,) = [button for button in data(answer) if "/down/" in button]
    in_language(world, await world.arrives(down, "chose"), language)
    (dutch,) = await world.arrives("go/dutch/gp_registration", "chose")
    assert dutch.language == "nl"
    in_language(world, await world.arrives("go/menu", "chose"), language)


@each_language
async def test_what_is_not_known_nearly_known_and_a_human(world: World, language: Language) -> None:
    await world.joined_in(language)
    in_language(world, await world.arrives("the offside rule"), language)
    world.understanding.teach("tooth maybe", "dentist", language, confidence=0.3)
    (asked,) = await world.arrives("tooth maybe")
    in_language(world, [asked], language)
    assert data(asked)[0].startswith("go/topic/dentist")
    in_language(world, await world.arrives("go/human", "chose"), language)


@each_language
async def test_danger_is_112_in_the_own_language(world: World, language: Language) -> None:
    await world.joined_in(language)
    said = await world.arrives("fire")
    in_language(world, said, language)
    assert said[0].tone == "alarm"
    assert "112" in plain(said[0].title)


@each_language
async def test_privacy_pause_and_deletion(world: World, language: Language) -> None:
    await world.joined_in(language)
    for pressed in ("go/privacy", "go/export", "go/messages", "at/preferences.pause/length/week"):
        in_language(world, await world.arrives(pressed, "chose"), language)
    in_language(world, await world.arrives("go/resume", "chose"), language)
    await world.arrives("go/delete", "chose")
    in_language(world, await world.arrives("at/privacy.delete/sure/yes", "chose"), language)


@each_language
async def test_a_switch_in_the_middle_of_a_conversation(world: World, language: Language) -> None:
    await world.joined_in("nl" if language != "nl" else "en")
    await world.arrives("go/delete", "chose")
    in_language(world, await world.arrives(f"go/speak/{language}", "chose"), language)


async def test_numbers_in_arabic_are_isolated_and_latin(world: World) -> None:
    await world.joined_in("ar")
    world.understanding.teach("?", "domestic_violence", "ar")
    (answer,) = await world.arrives("go/topic/domestic_violence/0", "chose")
    assert f"{LRI}0800-2000{PDI}" in answer.text
    assert not any(letter.isdigit() and not letter.isascii() for letter in answer.text)
