"""All conversations by the name under which their state is stored."""

from __future__ import annotations

from flows import attendance, onboarding, people, preferences, privacy
from flows.conversation import Register

CONVERSATIONS: Register = {
    "onboarding.welcome": onboarding.welcome,
    "attendance.other": attendance.other,
    "attendance.which": attendance.which,
    "attendance.why": attendance.why,
    "people.ask_contact": people.ask_contact,
    "preferences.pause": preferences.pause,
    "privacy.delete": privacy.delete,
}
