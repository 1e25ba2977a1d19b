"""First contact: a language, three lines about what this is, and the menu."""

from __future__ import annotations

from flows import attendance, menus, preferences, texts
from flows.conversation import Choose, Conversation, Opening, Option
from flows.effects import Begin, Effects, RedeemInvitation, Say, SetLanguage
from flows.facts import Facts
from flows.message import InEveryLanguage, LanguageName, Message, Text, Verbatim
from nlu.contract import Language, as_language

# In a conversation's opening: which invitation it began with ("" for a code that is not known).
INVITATION = "invitation"


def introduction(lead: Text = texts.WELCOME) -> Say:
    """What the bot is, what it keeps, how to have it deleted: three short lines."""
    lines = (texts.WHAT_I_AM, texts.WHAT_I_KEEP, texts.HOW_TO_DELETE)
    return Say(Message(lines, title=lead, pictogram="👋"))


def joined(facts: Facts, coded: bool) -> Effects:
    """Open the chat: ask for a language where it is not known, redeem an invitation code."""
    invited = _redeem(facts) if coded else ()
    if facts.chat.language is None:
        invitation = str(facts.invitation.id) if facts.invitation else ""
        opening = {INVITATION: invitation} if coded else {}
        return (Begin("onboarding.welcome", opening),)
    return (*invited, *menus.show(facts))


def welcome(facts: Facts, opening: Opening) -> Conversation:
    """Choose a language; then the introduction and the menu."""
    options = tuple(Option(language, LanguageName(language)) for language in preferences.languages(facts))
    question = (InEveryLanguage(texts.CHOOSE_LANGUAGE),)
    chosen = yield Choose("language", question, options, can_stop=False)
    language = as_language(chosen)
    if language is None:
        raise ValueError(chosen)
    return (*recognised(facts, language, opening), *menus.show(facts))


def recognised(facts: Facts, language: Language, opening: Opening) -> Effects:
    """The language is known now, chosen or from the first words: introduce, redeem what was brought along."""
    invited = _redeem(facts) if INVITATION in opening else ()
    return (SetLanguage(language), introduction(), *invited)


def _redeem(facts: Facts) -> Effects:
    invitation = facts.invitation
    if invitation is None or not invitation.usable:
        return (Say(Message((texts.CODE_NOT_USABLE,))),)
    linked = texts.LINKED.given(name=Verbatim(invitation.name))
    coming = attendance.show(facts) if facts.timetable.ahead(facts.now) else ()
    return (RedeemInvitation(invitation.id), Say(Message((linked,))), *coming)
