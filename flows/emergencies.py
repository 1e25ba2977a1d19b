"""Danger: 112 first and large, then the number for this kind of danger."""

from __future__ import annotations

from flows import buttons, texts
from flows.effects import Effects, Say
from flows.message import ContactCard, Message, Phone, Text, Wordable
from nlu.contract import DangerKind

# Beside 112: what to say, and whose number to show (shared law-and-numbers, "Help numbers").
ADVICE: dict[DangerKind, tuple[Text, tuple[str, ...]]] = {
    "violence_home": (texts.HOME_VIOLENCE_ADVICE, ("veilig_thuis",)),
    "attack": (texts.SAY_WHERE_YOU_ARE, ()),
    "fire": (texts.FIRE_ADVICE, ()),
    "accident": (texts.SAY_WHERE_YOU_ARE, ()),
    "medical": (texts.SAY_WHERE_YOU_ARE, ()),
    "suicide": (texts.SUICIDE_ADVICE, ("suicide_prevention",)),
    "threat": (texts.THREAT_ADVICE, ("police",)),
    "exploitation": (texts.EXPLOITATION_ADVICE, ("police",)),
}


def alarm(acute: bool = True) -> Say:
    """112, large."""
    number = Phone("emergency")
    call = texts.CALL_112_NOW if acute else texts.DANGER_NOW_CALL
    return Say(Message((call.given(number=number),), title=number, pictogram="🆘", tone="alarm"))


def emergency(kind: DangerKind, acute: bool, interrupted: bool = False) -> Effects:
    """112 on the screen first; then advice and the number for the kind of danger.

    ``interrupted``: a conversation was going on, which "go on" takes up again.
    """
    advice, contacts = ADVICE[kind]
    paragraphs: tuple[Wordable, ...] = (
        advice,
        *(ContactCard(contact) for contact in contacts),
        texts.BOT_NOT_WATCHED,
        texts.WORDS_NOT_KEPT,
    )
    on = buttons.GO_ON if interrupted else buttons.MENU
    return (alarm(acute), Say(Message(paragraphs, ((buttons.HUMAN, on),))))
