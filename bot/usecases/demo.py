"""The demo town: invented people, composed as the evaluation of 2017 counted them."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from bot.store import people
from bot.store.database import Database
from bot.store.tables import Person

# Settled from January 2015 to September 2017, by country and by age (seed, "Samenstelling instroom").
COUNTRIES = {"eritrea": 222, "syria": 154, "other": 128}
AGES = {"team_werk": 85, "team_jongeren": 136 + 112, "nidos": 112, "amaryllis": 59}
VOLUNTEERS = 50
STAFF = ("toegang", "team_jongeren", "team_werk", "amaryllis", "kcc", "friesland_college", "wellzo")

GIVEN_NAMES = {
    "eritrea": ("Abel", "Bereket", "Daniat", "Eden", "Feven", "Haben", "Luwam", "Merhawi", "Selam", "Yonas"),
    "syria": ("Ahmad", "Basel", "Dima", "Hala", "Jamil", "Lina", "Mazen", "Nour", "Rami", "Salma"),
    "other": ("Amina", "Bashir", "Cabdi", "Farid", "Hodan", "Karim", "Leyla", "Navid", "Samira", "Zara"),
    "volunteer": (
        "Anneke",
        "Bouke",
        "Douwe",
        "Elske",
        "Femke",
        "Geert",
        "Hinke",
        "Jelle",
        "Maaike",
        "Sietske",
    ),
}
LETTERS = "ABDEFGHKLMNRSTWYZ"
SEED = 2017


async def load_demo(database: Database, now: datetime) -> list[tuple[str, str, str]]:
    """Fill an empty database; returns (role, name, invitation code) of a few people to try with."""
    chance = random.Random(SEED)
    newcomers = _newcomers(chance)
    volunteers = [
        Person(
            reference=f"V-{number:03}",
            name=_name(chance, "volunteer"),
            role="volunteer",
            contact="vluchtelingenwerk",
        )
        for number in range(1, VOLUNTEERS + 1)
    ]
    staff = [
        Person(reference=f"M-{number:03}", name=_name(chance, "volunteer"), role="staff", contact=None)
        for number, _ in enumerate(STAFF, 1)
    ]
    shown = []
    async with database.writing() as session:
        session.add_all([*newcomers, *volunteers, *staff])
        await session.flush()
        for person in (newcomers[0], newcomers[300], volunteers[0]):
            code = await people.invite(session, person, now, timedelta(days=365))
            shown.append((person.role, person.name, code))
    return shown


def _newcomers(chance: random.Random) -> list[Person]:
    countries = [country for country, count in COUNTRIES.items() for _ in range(count)]
    contacts = [contact for contact, count in AGES.items() for _ in range(count)]
    chance.shuffle(contacts)
    return [
        Person(reference=f"N-{number:04}", name=_name(chance, country), role="newcomer", contact=contact)
        for number, (country, contact) in enumerate(zip(countries, contacts, strict=True), 1)
    ]


def _name(chance: random.Random, origin: str) -> str:
    return f"{chance.choice(GIVEN_NAMES[origin])} {chance.choice(LETTERS)}."
