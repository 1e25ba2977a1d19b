"""The menu: eight groups with pictograms, the topics inside, and what the bot does itself."""

from __future__ import annotations

from flows import buttons, texts
from flows.effects import Effects, Say
from flows.facts import Facts
from flows.message import GroupTitle, Message, Text, one_per_row, two_per_row


def menu(facts: Facts, lead: Text = texts.MENU) -> Message:
    """The groups, then the buttons of the bot itself."""
    groups = tuple(buttons.group(group.key, group.pictogram) for group in facts.catalogue.groups)
    mine = ((buttons.APPOINTMENTS,),) if facts.chat.role == "newcomer" else ()
    own = (buttons.HUMAN, buttons.MESSAGES, buttons.LANGUAGE, buttons.PRIVACY)
    return Message((lead,), (*mine, *two_per_row(groups), *two_per_row(own)), pictogram="🧭")


def show(facts: Facts) -> Effects:
    """Say the menu."""
    return (Say(menu(facts)),)


def show_help(facts: Facts) -> Effects:
    """How to use the bot, with the menu."""
    return (Say(menu(facts, texts.HELP)),)


def show_group(facts: Facts, key: str) -> Effects:
    """Say the topics of a group; the menu where there is no such group (any more)."""
    group = facts.catalogue.group(key)
    if group is None:
        return show(facts)
    topics = tuple(buttons.topic(topic, facts.catalogue.topics[topic].pictogram) for topic in group.topics)
    rows = (*one_per_row(topics), (buttons.MENU,))
    return (Say(Message((texts.GROUP_MENU,), rows, title=GroupTitle(key), pictogram=group.pictogram)),)
