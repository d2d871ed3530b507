"""Draws the icons of the tab bar, which WeChat takes as PNG only: `python build/tab_icons.py` (needs Pillow)."""

from pathlib import Path

from PIL import Image, ImageDraw

SIZE, FINER = 81, 8
FOLDER = Path(__file__).parent.parent / "src" / "static" / "tabs"
COLOURS = {"": "#6f655b", "-on": "#2f5d50", "-dark": "#b3a899", "-dark-on": "#8cc3af"}


class Pen:
    """Draws on a grid of 24 units."""

    def __init__(self, colour: str, filled: bool) -> None:
        self.image = Image.new("RGBA", (SIZE * FINER, SIZE * FINER))
        self._draw = ImageDraw.Draw(self.image)
        self._unit = SIZE * FINER / 24
        self._colour, self.filled = colour, filled

    def line(self, *points: tuple[float, float], width: float = 1.7) -> None:
        scaled = [(x * self._unit, y * self._unit) for x, y in points]
        self._draw.line(scaled, self._colour, round(width * self._unit), joint="curve")
        radius = width * self._unit / 2
        for x, y in scaled:
            self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), self._colour)

    def shape(self, *points: tuple[float, float]) -> None:
        if self.filled:
            self._draw.polygon([(x * self._unit, y * self._unit) for x, y in points], self._colour)
        self.line(*points, points[0])

    def box(self, left: float, top: float, right: float, bottom: float, radius: float) -> None:
        area = [side * self._unit for side in (left, top, right, bottom)]
        fill = self._colour if self.filled else None
        self._draw.rounded_rectangle(area, radius * self._unit, fill, self._colour, round(1.7 * self._unit))

    def circle(self, x: float, y: float, radius: float, solid: bool = False) -> None:
        area = [side * self._unit for side in (x - radius, y - radius, x + radius, y + radius)]
        fill = self._colour if self.filled or solid else None
        self._draw.ellipse(area, fill, self._colour, round(1.7 * self._unit))

    def gap(self, *points: tuple[float, float]) -> None:
        """A line that shows on a filled shape too."""
        colour, self._colour = self._colour, "#00000000" if self.filled else self._colour
        self.line(*points, width=1.6)
        self._colour = colour

    def arc(self, left: float, top: float, right: float, bottom: float, start: int, end: int) -> None:
        area = [side * self._unit for side in (left, top, right, bottom)]
        if self.filled:
            self._draw.chord(area, start, end, self._colour)
        self._draw.arc(area, start, end, self._colour, round(1.7 * self._unit))


def home(pen: Pen) -> None:
    pen.shape((3.6, 11), (12, 3.8), (20.4, 11), (18.4, 11), (18.4, 20), (5.6, 20), (5.6, 11))
    pen.gap((12, 15.2), (12, 19.6))


def category(pen: Pen) -> None:
    pen.box(3.6, 3.6, 10.6, 10.6, 1.8)
    pen.box(3.6, 13.4, 10.6, 20.4, 1.8)
    pen.box(13.4, 13.4, 20.4, 20.4, 1.8)
    pen.circle(16.9, 7.1, 3.6)


def cart(pen: Pen) -> None:
    pen.line((2.6, 4), (5, 4), (5.8, 7))
    pen.shape((5.8, 7.2), (20.6, 7.2), (18.8, 15), (7.4, 15))
    pen.circle(9, 19.2, 1.5, solid=True)
    pen.circle(17, 19.2, 1.5, solid=True)


def orders(pen: Pen) -> None:
    pen.box(4.6, 3.2, 19.4, 20.8, 2.2)
    pen.gap((8.4, 8.4), (15.6, 8.4))
    pen.gap((8.4, 12.2), (15.6, 12.2))
    pen.gap((8.4, 16), (12.4, 16))


def me(pen: Pen) -> None:
    pen.circle(12, 8, 4.2)
    pen.arc(4, 14, 20, 28, 180, 360)
    pen.line((4.4, 20.6), (19.6, 20.6))


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for draw in (home, category, cart, orders, me):
        for suffix, colour in COLOURS.items():
            pen = Pen(colour, filled=suffix.endswith("-on"))
            draw(pen)
            image = pen.image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
            image.save(FOLDER / f"{draw.__name__}{suffix}.png", optimize=True)


if __name__ == "__main__":
    main()
