"""Product pictures drawn from a name: a pack on a soft ground, the same picture for the same name."""

import colorsys
import hashlib
import io
import random

from PIL import Image, ImageDraw, ImageFilter

_SIZE = 480
_DRAWN = 1280  # drawn large and scaled down, which smooths the edges
_HUES = {
    "茶": 0.33,
    "咖啡": 0.07,
    "蜂": 0.12,
    "粮": 0.09,
    "菌": 0.05,
    "果": 0.02,
    "礼": 0.98,
    "电": 0.58,
    "家": 0.5,
}

Colour = tuple[int, int, int]


def draw(name: str, family: str, kind: str = "webp") -> bytes:
    """A 480 × 480 picture of a kind; `family` (a category or brand) gives the colour."""
    chance = random.Random(hashlib.sha256(name.encode()).digest())  # noqa: S311 - a picture, not a secret
    hue = next((value for key, value in _HUES.items() if key in family), chance.random())
    hue = (hue + chance.uniform(-0.03, 0.03)) % 1.0
    picture = _ground(hue)
    pen = ImageDraw.Draw(picture)
    _shadow(picture)
    shape = chance.choice((_tin, _bag, _box, _jar, _cake))
    shape(pen, hue, chance)
    out = io.BytesIO()
    picture.reduce(2).resize((_SIZE, _SIZE)).save(out, kind, quality=80, method=1)
    return out.getvalue()


def _colour(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, saturation, value)
    return int(red * 255), int(green * 255), int(blue * 255)


def _ground(hue: float) -> Image.Image:
    column = Image.new("RGB", (1, _DRAWN))
    for y in range(_DRAWN):
        column.putpixel((0, y), _colour(hue, 0.06 + 0.10 * y / _DRAWN, 0.98 - 0.06 * y / _DRAWN))
    return column.resize((_DRAWN, _DRAWN), Image.Resampling.NEAREST)


def _shadow(picture: Image.Image) -> None:
    # Blurred small and scaled up: a shadow has no edges to lose.
    mask = Image.new("L", (112, 40), 0)
    ImageDraw.Draw(mask).ellipse((15, 14, 97, 27), fill=90)
    mask = mask.filter(ImageFilter.GaussianBlur(3)).resize((896, 320))
    picture.paste((60, 50, 40), (192, 896, 1088, 1216), mask)


def _label(
    pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], hue: float, chance: random.Random
) -> None:
    left, top, right, bottom = box
    pen.rounded_rectangle(box, 18, fill=_colour(hue, 0.08, 0.99))
    middle, span = (left + right) // 2, right - left
    radius = span // 5
    centre = top + (bottom - top) * 2 // 5
    pen.ellipse(
        (middle - radius, centre - radius, middle + radius, centre + radius), fill=_colour(hue, 0.55, 0.62)
    )
    leaf = radius * 2 // 3
    for turn in range(chance.randint(2, 4)):
        offset = (turn - 1) * leaf // 2
        box_of_leaf = (
            middle - leaf // 3 + offset,
            centre - leaf,
            middle + leaf // 3 + offset,
            centre + leaf // 2,
        )
        pen.ellipse(box_of_leaf, fill=_colour(hue + 0.04 * turn, 0.35, 0.93))
    for row, part in enumerate((0.6, 0.4)):
        y = bottom - (2 - row) * (bottom - top) // 8
        half = int(span * part / 2)
        pen.rounded_rectangle((middle - half, y, middle + half, y + 12), 6, fill=_colour(hue, 0.4, 0.5))


def _tin(pen: ImageDraw.ImageDraw, hue: float, chance: random.Random) -> None:
    pen.rounded_rectangle((400, 330, 880, 1060), 40, fill=_colour(hue, 0.62, 0.55))
    pen.rounded_rectangle((385, 270, 895, 380), 36, fill=_colour(hue, 0.5, 0.72))
    pen.rectangle((430, 380, 470, 1050), fill=_colour(hue, 0.5, 0.66))
    _label(pen, (490, 480, 840, 960), hue, chance)


def _bag(pen: ImageDraw.ImageDraw, hue: float, chance: random.Random) -> None:
    pen.polygon(((360, 1060), (400, 300), (880, 300), (920, 1060)), fill=_colour(hue, 0.5, 0.68))
    pen.rectangle((395, 250, 885, 330), fill=_colour(hue, 0.6, 0.5))
    pen.line((400, 352, 880, 352), fill=_colour(hue, 0.3, 0.85), width=8)
    _label(pen, (470, 450, 810, 950), hue, chance)


def _box(pen: ImageDraw.ImageDraw, hue: float, chance: random.Random) -> None:
    pen.polygon(((300, 480), (420, 380), (1000, 380), (900, 480)), fill=_colour(hue, 0.4, 0.82))
    pen.polygon(((900, 480), (1000, 380), (1000, 950), (900, 1060)), fill=_colour(hue, 0.65, 0.45))
    pen.rectangle((300, 480, 900, 1060), fill=_colour(hue, 0.58, 0.62))
    _label(pen, (400, 560, 800, 1000), hue, chance)


def _jar(pen: ImageDraw.ImageDraw, hue: float, chance: random.Random) -> None:
    pen.rounded_rectangle((400, 400, 880, 1070), 110, fill=_colour(hue, 0.75, 0.8))
    pen.rounded_rectangle((440, 270, 840, 400), 26, fill=_colour(hue + 0.5, 0.15, 0.35))
    pen.rounded_rectangle((430, 450, 480, 980), 24, fill=_colour(hue, 0.35, 0.95))
    _label(pen, (500, 560, 830, 950), hue, chance)


def _cake(pen: ImageDraw.ImageDraw, hue: float, chance: random.Random) -> None:
    pen.ellipse((300, 340, 980, 1060), fill=_colour(hue, 0.35, 0.78))
    pen.ellipse((340, 380, 940, 1020), fill=_colour(hue, 0.14, 0.95))
    pen.ellipse((400, 440, 880, 960), outline=_colour(hue, 0.5, 0.6), width=8)
    _label(pen, (520, 500, 760, 900), hue, chance)
