"""Pages and parts of pages: the templates, the words in them and the files they refer to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.web import texts
from bot.web.visitors import direction_of
from flows.message import Text
from nlu.contract import Language

HERE = Path(__file__).parent
STATIC = HERE / "static"

Word = Callable[[Text, Language], str]

# Fetched before the first letter is drawn; the other scripts follow when one occurs.
_FONTS: dict[Language, tuple[str, ...]] = {
    "ti": ("noto-sans-latin-wght-normal.woff2", "noto-sans-ethiopic-wght-normal.woff2"),
    "ar": ("noto-sans-latin-wght-normal.woff2", "noto-sans-arabic-wght-normal.woff2"),
    "nl": ("noto-sans-latin-wght-normal.woff2",),
    "en": ("noto-sans-latin-wght-normal.woff2",),
}


class Pages:
    """Renders templates in a language."""

    def __init__(self, word: Word) -> None:
        self._word = word
        self._versions: dict[str, str] = {}
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(
            asset=self.asset, word=word, texts=texts, direction_of=direction_of, fonts=_FONTS
        )

    def render(self, template: str, language: Language, **context: Any) -> str:
        """The template as HTML; in it ``words`` are those of `texts.ON_PAGE`."""
        page = self._templates.get_template(template)
        return page.render(language=language, words=self.words(language), **context)

    def words(self, language: Language) -> dict[str, str]:
        """The words around the talk, by the name they have on the page."""
        return {name: self._word(text, language) for name, text in texts.ON_PAGE.items()}

    def language_event(self, language: Language) -> str:
        """What the open page needs to go on in another language, as JSON."""
        change = {"language": language, "direction": direction_of(language), "words": self.words(language)}
        return json.dumps(change, ensure_ascii=False)

    def asset(self, path: str) -> str:
        """The address of a file under ``static``; it changes with the content, so it can be kept for good."""
        if path not in self._versions:
            self._versions[path] = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
        return f"/static/{path}?v={self._versions[path]}"


class Assets(StaticFiles):
    """The files under ``static``, with how long a browser may keep them."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; one that is asked for with its version never changes."""
        response = await super().get_response(path, scope)
        if b"v=" in scope["query_string"]:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif path.endswith(".woff2"):
            response.headers["Cache-Control"] = "public, max-age=2592000"
        else:
            response.headers["Cache-Control"] = "no-cache"
        return response
