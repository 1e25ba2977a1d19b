"""The human behind the bot: who it is, and asking them to get in touch."""

from __future__ import annotations

from flows import buttons, texts
from flows.conversation import Choose, Conversation, Opening, Option
from flows.effects import Begin, Effects, RequestContact, Say
from flows.facts import Facts
from flows.message import ContactCard, ContactName, Message

# Whom a person without a link to the records can turn to (chain-partners, domain.md).
OPEN_TO_ALL = ("vluchtelingenwerk", "amaryllis", "buurtservicepunt")


def show_human(facts: Facts) -> Effects:
    """For a linked person: ask the contact; for a guest: who helps in Leeuwarden."""
    if facts.chat.contacts:
        return (Begin("people.ask_contact"),)
    cards = tuple(ContactCard(contact) for contact in OPEN_TO_ALL)
    return (Say(Message((texts.HUMAN_GUEST, *cards), ((buttons.MENU,),), pictogram="🧑")),)


def ask_contact(facts: Facts, opening: Opening) -> Conversation:
    """Choose who should call back, then say yes: nothing is passed on without asking."""
    contact = yield Choose(
        "contact",
        (texts.HUMAN_WHO,),
        tuple(Option(contact.key, ContactName(contact.key), "🧑") for contact in facts.chat.contacts),
    )
    name = ContactName(contact)
    sure = yield Choose(
        "sure",
        (texts.HUMAN_SURE.given(name=name),),
        (Option("yes", texts.YES, "✔"), Option("no", texts.NO, "✖")),
    )
    if sure == "no":
        return (Say(Message((texts.HUMAN_NOT_ASKED,), ((buttons.MENU,),))),)
    done = Message((texts.HUMAN_ASKED.given(name=name),), ((buttons.MENU,),))
    return (RequestContact(contact), Say(done))
