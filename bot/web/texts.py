"""The words of the chat page itself, around what the bot says.

Like `flows.texts`: the English wording is the id, whole sentences, named placeholders.
"""

from __future__ import annotations

from flows.message import Text
from flows.texts import LANGUAGE, TO_MENU

# header
BOT_NAME = Text("Wegwijs")
NOT_A_HUMAN = Text("A computer programme, not a human")
SKIP = Text("Go to the place where you write")

# talk
TALK = Text("Your talk with Wegwijs")
BOT_SAYS = Text("Wegwijs says:")
YOU_SAY = Text("You say:")
WORDS_NOT_KEPT = Text("These words are not kept.")
NEWEST = Text("Go to the newest message")
SHOW_NEW = Text("Show new messages")
CALL = Text("Call {number}")
OPEN_MAP = Text("Show on a map")
SAVE_FILE = Text("Save the file {name}")
LISTEN = Text("Listen to this message")

# composer
WRITE = Text("Write your question")
SEND = Text("Send")
NOT_SENT = Text("Your message was not sent.")
SEND_AGAIN = Text("Send again")
NO_CONNECTION = Text("There is no connection. I keep trying.")

# the bar over the chat of the demo town
DEMO_TIME = Text("Demo town: {moment}")
TO_NEXT_REMINDER = Text("To the next reminder")
BE_A_NEWCOMER = Text("Be a newcomer of the demo town")
NOTHING_AHEAD = Text("There is no reminder ahead.")
NOBODY_LEFT = Text("No newcomer of the demo town has an appointment ahead.")

# errors
MESSAGE_NOT_KEPT = Text("I could not keep your message. Please send it again in a moment.")
NOT_REACHABLE = Text("I cannot answer right now. Please try again in a moment.")
TOO_LONG_TO_SEND = Text("This message is too long. Please write a shorter one.")
NOT_FROM_HERE = Text("This did not come from the chat page. I did nothing with it.")
CHAT_NOT_OPEN = Text("Your chat is not open in this browser any more. Open it again.")
NO_SUCH_PAGE = Text("This page does not exist.")
PAGE_FAILED = Text("Something went wrong on my side. Please try again.")
OPEN_CHAT = Text("Open the chat")
IN_DANGER = Text("In danger? Call {number}.")

# What stands on the open page and changes with the language of the talk, by the name it has there.
ON_PAGE: dict[str, Text] = {
    "subtitle": NOT_A_HUMAN,
    "skip": SKIP,
    "language": LANGUAGE,
    "menu": TO_MENU,
    "talk": TALK,
    "bot-says": BOT_SAYS,
    "you-say": YOU_SAY,
    "newest": NEWEST,
    "show-new": SHOW_NEW,
    "write": WRITE,
    "send": SEND,
    "not-sent": NOT_SENT,
    "send-again": SEND_AGAIN,
    "no-connection": NO_CONNECTION,
}
