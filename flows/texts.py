"""Every sentence the bot says beside the curated answers: whole sentences, named placeholders.

The English wording is the id under which `locales/<language>/LC_MESSAGES/wegwijs.po` has the others.
Short words, one thought a sentence: most readers had little schooling.
"""

from __future__ import annotations

from flows.message import Plural, Text

# onboarding
CHOOSE_LANGUAGE = Text("Choose your language.")
WELCOME = Text("Welcome to Wegwijs.")
WHAT_I_AM = Text("I am a computer programme of the municipality (gemeente) of Leeuwarden. I am not a human.")
WHAT_I_KEEP = Text("I keep your language. I keep your messages for one day, then I erase the words.")
HOW_TO_DELETE = Text("You can have everything deleted: press “Privacy”.")
LINKED = Text("Your invitation is accepted, {name}. I know now who you are.")
CODE_NOT_USABLE = Text(
    "This invitation code cannot be used. It is wrong, too old, or already used. "
    "Ask your contact person for a new one. You can use me without a code too."
)

# menu
MENU = Text("What is your question about? Press a button, or type your question.")
GROUP_MENU = Text("Choose your question, or type it.")
TO_MENU = Text("Menu")
LANGUAGE = Text("Language")
PRIVACY = Text("Privacy")
TALK_TO_HUMAN = Text("Talk to a human")
MESSAGES_ON_OFF = Text("Messages on or off")
HELP_COMMAND = Text("Help")
HELP = Text("Type your question in your own words, or press a button. In danger? Call 112.")

# answers
MORE = Text("More about this")
IN_DUTCH = Text("Show in Dutch")
HELPFUL = Text("This helped")
NOT_HELPFUL = Text("This did not help")
THANKS_FOR_RATING = Text("Thank you. That helps me to get better.")
SORRY_NOT_HELPFUL = Text(
    "I am sorry. Your question goes to our staff without your name. Who can help you now:"
)
SORRY_NO_QUESTION = Text("I am sorry that this did not help. Who can help you now:")
DID_YOU_MEAN = Text("Did you mean one of these?")
NONE_OF_THESE = Text("None of these")
DO_NOT_KNOW = Text("I do not know this. I only know practical questions about living in Leeuwarden.")
QUESTION_KEPT = Text("I keep your question for our staff, without your name, so that I can learn.")
NEAREST_TOPICS = Text("Maybe this is near to what you want to know:")
ANSWERED_IN = Text("You wrote in {language}, so I answer in {language}.")
SPEAK_LANGUAGE_FROM_NOW = Text("Speak {language} from now on")
NO_SUCH_TOPIC = Text("I have no answer to this any more. Choose something else.")

# what cannot be read
NOT_TEXT = Text("I can only read text. Please type your question, or press a button.")
NOTHING_READABLE = Text("I see no words that I can read. Please type your question, or press a button.")
TOO_MUCH = Text("That was too much at once. Some messages I did not read. Wait a minute, then write again.")
BSN_REMOVED = Text("I removed the BSN from your message. Never send your BSN in a chat.")
OLD_BUTTON = Text("That button is from an earlier question. It does nothing any more.")
UNKNOWN_BUTTON = Text("I do not know that button.")
UNKNOWN_COMMAND = Text("I do not know that command.")
SOMETHING_WENT_WRONG = Text("Something went wrong on my side. Please try again. In danger? Call 112.")

# conversations
BACK = Text("Back")
STOP = Text("Stop")
OPTION_VANISHED = Text("What you chose is not there any more. Please choose again.")
CHOOSE_FROM_BUTTONS = Text("Please press one of the buttons.")
CONVERSATION_CLOSED = Text("You did not go on with this, so I stopped it. You can start again from the menu.")
CONVERSATION_LEFT = Text("I stopped this.")
GO_ON = Text("Go on")
YES = Text("Yes")
NO = Text("No")

# preferences
LANGUAGE_SET = Text("From now on I speak {language}.")
PAUSE_HOW_LONG = Text("How long do you want no reminders and no news? I still answer your questions.")
ONE_WEEK = Text("One week")
ONE_MONTH = Text("One month")
UNTIL_I_SAY = Text("Until I turn it on again")
PAUSED = Text("I send you no reminders and no news until {moment}. I still answer when you write.")
PAUSED_FOR_GOOD = Text("I send you no reminders and no news any more. I still answer when you write.")
PAUSE_WARNING = Text("Careful: you can miss a lesson, an appointment or a last date.")
TURN_ON_AGAIN = Text("Turn messages on again")
RESUMED = Text("I send you reminders and news again.")

# privacy
KEPT_TITLE = Text("What I keep about you")
KEPT_SINCE = Text("We have talked since {moment}.")
KEPT_LANGUAGE = Text("Your language: {language}.")
KEPT_LINKED = Text("You are linked with an invitation, as {name}.")
KEPT_NOT_LINKED = Text("I do not know who you are.")
KEPT_MESSAGES = Plural(
    "I still have the words of {count} message. I erase them after one day.",
    "I still have the words of {count} messages. I erase them after one day.",
)
KEPT_QUESTIONS = Plural(
    "{count} question of yours is kept for our staff, without your name.",
    "{count} questions of yours are kept for our staff, without your name.",
)
EXPORT = Text("Send me a file with everything")
EXPORT_READY = Text("This file holds everything that I keep about this chat.")
DELETE = Text("Delete everything")
DELETE_SURE = Text("Shall I delete everything that I keep about you? This cannot be undone.")
DELETED = Text("Everything about this chat is deleted. If you write again, we start from the beginning.")
NOT_DELETED = Text("I deleted nothing.")

# a human
HUMAN_GUEST = Text("I do not know who your contact person is. These organisations help people in Leeuwarden:")
HUMAN_WHO = Text("Who should contact you?")
HUMAN_SURE = Text("Shall I ask {name} to contact you? I pass on your name, not what you wrote to me.")
HUMAN_ASKED = Text("I asked {name} to contact you. I cannot see when they will. In danger? Call 112.")
HUMAN_NOT_ASKED = Text("I asked nobody.")

# kinds of courses
PARTICIPATION_STATEMENT = Text("Lesson for the participation statement (participatieverklaring)")
LANGUAGE_CLASS = Text("Dutch lesson")
ISK = Text("School (ISK)")
GGD_MEETING = Text("Information about health (GGD)")
SPORT = Text("Sport")
APPOINTMENT = Text("Appointment")

# one meeting
IT_IS_TODAY = Text("This is today.")
IT_IS_TOMORROW = Text("This is tomorrow.")
IT_IS_IN_DAYS = Plural("This is in {count} day.", "This is in {count} days.")
PART_OF = Text("Part {part} of {parts}.")
TAKES_HOURS = Plural("It takes {count} hour.", "It takes {count} hours.")
TAKES_MINUTES = Plural("It takes {count} minute.", "It takes {count} minutes.")
ENDS_AT = Text("It ends at {time}.")
WHERE = Text("Where: {place}")
ROOM = Text("Room: {room}")
INTERPRETER = Text("An interpreter is there for {language}.")
DO_YOU_COME = Text("Do you come?")
I_COME = Text("I come")
I_CANNOT = Text("I cannot come")
I_NEED_HELP = Text("I need help")
YOU_SAID_COME = Text("You said that you come.")
YOU_SAID_CANNOT = Text("You said that you cannot come.")
BRING_ID = Text("Take along your identity card or residence permit.")
BRING_LETTER = Text("Take along the letter.")
BRING_PEN = Text("Take along a pen and paper.")
BRING_SPORT_CLOTHES = Text("Take along sport clothes and shoes.")
BRING_INSURANCE_CARD = Text("Take along your card of the health insurance.")
BRING_FOOD = Text("Take along something to eat and drink.")

# changes
MEETING_MOVED = Text("Careful: the time or the place has changed. It is now:")
MEETING_CANCELLED = Text("This does not go on: {moment}. You do not have to come.")
MISSED = Text("You were not there: {moment}.")
MAKE_UP = Text("You can still do this part with another group. Choose a day:")

# answers
GOOD_YOU_COME = Text("Good. I noted that you come.")
CHANGED_TO_COME = Text("Good. I noted that you come after all.")
WHY_NOT = Text("I noted that you cannot come. The organiser sees it. Why can you not come?")
ILL = Text("I am ill")
WORK = Text("I must work")
CHILD_CARE = Text("I must care for my children")
TRANSPORT = Text("I cannot get there")
OTHER_REASON = Text("Something else")
NOTED_CANNOT = Text("Thank you. If it changes, press “I come”.")
ANOTHER_DAY = Text("There is another group with room. Do you want to come then?")
NOT_ANOTHER_DAY = Text("None of these")
NO_PLACE_LEFT = Text("I am sorry, that place has just been taken.")
SWAPPED = Text("Good. I noted that you come then instead:")
HELP_ASKED = Text("I told {name} that you need help with this. I cannot see when they will contact you.")
MEETING_OVER = Text("This has begun or is over. You cannot change it here any more.")
MEETING_IS_CANCELLED = Text("This does not go on. You do not have to come.")
NOT_YOUR_MEETING = Text("This is not in your appointments any more.")

# my appointments
MY_APPOINTMENTS = Text("My appointments")
YOUR_APPOINTMENTS = Text("Your appointments:")
APPOINTMENT_LINE = Text("{moment}: {kind}, {place}.")
MORE_APPOINTMENTS = Plural("And {count} more.", "And {count} more.")
NO_APPOINTMENTS = Text("I know no appointments of yours from now on. If you have a letter, look there too.")
CHOOSE_APPOINTMENT = Text("Press one to see more.")
WHICH_MEETING = Text("Which one do you mean?")
THIS_MEETING = Text("Do you mean this one?")
LAST_DATE = Text(
    "Your participation statement (participatieverklaring) must be signed by {date} at the latest."
)

# the last date of the participation statement
DEADLINE_TITLE = Text("Participation statement (participatieverklaring)")
DAYS_LEFT = Plural("There is {count} day left.", "There are {count} days left.")
DEADLINE_PARTS = Plural(
    "You still have to come to {count} half-day (dagdeel).",
    "You still have to come to {count} half-days (dagdelen).",
)
DEADLINE_ONLY_SIGN = Text("You have been to all half-days (dagdelen). You only have to sign.")
DEADLINE_FINE = Text("Too late? Then DUO may give you a fine. Ask for help in time.")

# danger
CALL_112_NOW = Text("Call {number} now.")
DANGER_NOW_CALL = Text("In danger now? Call {number}.")
BOT_NOT_WATCHED = Text("I am a computer programme. No human reads this now.")
WORDS_NOT_KEPT = Text("I did not keep what you wrote.")
SAY_WHERE_YOU_ARE = Text("Say where you are. Say what happened.")
FIRE_ADVICE = Text("Fire, smoke or gas? Leave the house first. Then call.")
SUICIDE_ADVICE = Text("You are not alone. You can talk to somebody now, day and night:")
HOME_VIOLENCE_ADVICE = Text("This is not your fault. You can get advice, free, day and night:")
THREAT_ADVICE = Text("To threaten you is a crime. If it is not urgent, call the police:")
EXPLOITATION_ADVICE = Text(
    "Nobody may force you to work or to have sex. Nobody may keep your passport. Call the police:"
)
NUMBER_LINE = Text("{name}: {number}")
NUMBER_UNCONFIRMED = Text("{name}: {number} (ask your contact person if this number is still right)")

# contacts
WHO_HELPS = Text("Who can help: {name} – {does}.")

# groups of chats
PRIVATE_ONLY = Text("I only talk in a private chat. Write to me there.")

# not reviewed, stale
DUTCH_IS_NEWER = Text("The Dutch text is newer than this translation. The Dutch text:")

# a repeat after an uncertain delivery
POSSIBLY_REPEATED = Text("You may see this message twice.")

# part of the day, as it stands behind a time
AT_NIGHT = Text("at night")
IN_THE_MORNING = Text("in the morning")
IN_THE_AFTERNOON = Text("in the afternoon")
IN_THE_EVENING = Text("in the evening")

# a day
DAY = Text("{weekday} {date}")

# a point in time: the weekday, the date in numbers, the 24-hour time
MOMENT = Text("{weekday} {date}, {time} {part_of_day}")
