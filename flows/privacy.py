"""What is kept about a chat: show it, hand it over, delete it."""

from __future__ import annotations

from flows import buttons, texts
from flows.conversation import Choose, Conversation, Opening, Option
from flows.effects import Begin, Effects, ExportData, ForgetChat, Say
from flows.facts import Facts
from flows.message import Button, LanguageName, Message, Moment, Verbatim, Wordable


def show(facts: Facts) -> Effects:
    """Say everything that is kept, with buttons to have it or to delete it."""
    chat, kept = facts.chat, facts.kept
    linked = (
        texts.KEPT_LINKED.given(name=Verbatim(chat.name)) if chat.name is not None else texts.KEPT_NOT_LINKED
    )
    paragraphs: tuple[Wordable, ...] = (
        texts.KEPT_SINCE.given(moment=Moment(kept.since)),
        texts.KEPT_LANGUAGE.given(language=LanguageName(facts.language)),
        linked,
        texts.KEPT_MESSAGES.of(kept.messages),
        texts.KEPT_QUESTIONS.of(kept.questions),
    )
    rows = (
        (Button(texts.EXPORT, "go/export", "📄"),),
        (Button(texts.DELETE, "go/delete", "🗑"),),
        (buttons.MENU,),
    )
    return (Say(Message(paragraphs, rows, title=texts.KEPT_TITLE, pictogram="🔒")),)


def export(facts: Facts) -> Effects:
    """Hand over a file with everything."""
    return (ExportData(),)


def ask_delete(facts: Facts) -> Effects:
    """Start the conversation that deletes everything."""
    return (Begin("privacy.delete"),)


def delete(facts: Facts, opening: Opening) -> Conversation:
    """Delete everything, after one question back."""
    sure = yield Choose(
        "sure",
        (texts.DELETE_SURE,),
        (Option("yes", texts.DELETE, "🗑"), Option("no", texts.NO)),
    )
    if sure == "no":
        return (Say(Message((texts.NOT_DELETED,), ((buttons.MENU,),))),)
    return (ForgetChat(Message((texts.DELETED,))),)
