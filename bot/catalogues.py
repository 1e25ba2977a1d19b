"""The gettext catalogues of ``locales/``, compiled in memory when the program starts."""

from __future__ import annotations

import gettext
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from nlu.contract import LANGUAGES, Language

DOMAIN = "wegwijs"
# The ids are English, so an English catalogue would only repeat them.
SOURCE: Language = "en"


def po_path(root: Path, language: Language) -> Path:
    """The catalogue of one language."""
    return root / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read_catalogue(root: Path, language: Language) -> Catalog:
    """The catalogue as Babel sees it."""
    with po_path(root, language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def compiled(catalogue: Catalog) -> gettext.GNUTranslations:
    """The catalogue as gettext reads it; raises ValueError when its rule for plurals cannot be read."""
    binary = BytesIO()
    write_mo(binary, catalogue)
    binary.seek(0)
    return gettext.GNUTranslations(binary)


def load_catalogues(root: Path) -> dict[Language, gettext.NullTranslations]:
    """Translations by language."""
    loaded: dict[Language, gettext.NullTranslations] = {}
    for language in LANGUAGES:
        if not po_path(root, language).exists() and language == SOURCE:
            loaded[language] = gettext.NullTranslations()
        else:
            loaded[language] = compiled(read_catalogue(root, language))
    return loaded
