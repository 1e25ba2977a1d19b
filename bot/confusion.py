"""A picture of which topics are taken for which others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from nlu.evaluation import Judged

CELL = 14  # pixels
MARGIN = 230  # pixels, for the names


def draw_confusion(judged: Sequence[Judged], path: Path) -> None:
    """Rows are what was meant, columns what was understood; the darker, the larger the share of its row."""
    topics = sorted({one.sentence.intent for one in judged} | {one.parse.intent.name for one in judged})
    place = {topic: number for number, topic in enumerate(topics)}
    counts = Counter((one.sentence.intent, one.parse.intent.name) for one in judged)
    totals = Counter(one.sentence.intent for one in judged)
    size = MARGIN + CELL * len(topics)
    image = Image.new("RGB", (size, size), "white")
    draw = ImageDraw.Draw(image)
    for (meant, understood), count in counts.items():
        left, top = MARGIN + CELL * place[understood], MARGIN + CELL * place[meant]
        shade = round(255 * (1 - count / totals[meant]))
        colour = (shade, 255 - (255 - shade) // 3, shade) if meant == understood else (255, shade, shade)
        draw.rectangle((left, top, left + CELL - 1, top + CELL - 1), fill=colour)
    _name(image, draw, topics)
    image.save(path)


def _name(image: Image.Image, draw: ImageDraw.ImageDraw, topics: Sequence[str]) -> None:
    """Write the topics beside the rows, and upright above the columns."""
    font = ImageFont.load_default(size=CELL - 3)
    for number, topic in enumerate(topics):
        at = MARGIN + CELL * number
        draw.text((MARGIN - 6, at + CELL // 2), topic, fill="black", font=font, anchor="rm")
        label = Image.new("RGB", (MARGIN - 6, CELL), "white")
        ImageDraw.Draw(label).text((0, CELL // 2), topic, fill="black", font=font, anchor="lm")
        image.paste(label.rotate(90, expand=True), (at, 0))
