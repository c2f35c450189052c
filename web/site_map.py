"""Sites on a drawing without a map behind it: dots by their coordinates, north up, a bar for the distance. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from reports.connections import Place

#: Width of the drawing, and the space around the outermost dots.
WIDTH, MARGIN = 640, 24
#: Lengths of the bar in metres; the longest that is not wider than a quarter of the drawing.
_BARS = (100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)
#: A drawing is never flatter or taller than this, whatever lies where.
_FLATTEST, _TALLEST = 0.5, 1.25


class Dot(NamedTuple):
    """A site of a school; ``label``: whose, where and how far."""

    x: float
    y: float
    state: str
    label: str


class Bar(NamedTuple):
    """``width`` in units of the drawing stands for ``metres``."""

    metres: int
    width: float

    @property
    def text(self) -> str:
        return f"{self.metres // 1000} km" if self.metres >= 1000 else f"{self.metres} m"


class SiteMap(NamedTuple):
    width: int
    height: int
    dots: list[Dot]
    bar: Bar

    @property
    def bar_y(self) -> int:
        return self.height - MARGIN // 2

    @property
    def bar_text_y(self) -> int:
        return self.bar_y - 6

    @property
    def bar_end(self) -> float:
        return MARGIN + self.bar.width


def site_map(places: Sequence[Place]) -> SiteMap | None:
    """``None`` where fewer than two places have coordinates: nothing would be told."""
    known = [(place.easting, place.northing, place) for place in places if place.easting and place.northing]
    if len({(east, north) for east, north, _place in known}) < 2:
        return None
    west, east = min(one[0] for one in known), max(one[0] for one in known)
    south, north = min(one[1] for one in known), max(one[1] for one in known)
    inner = WIDTH - 2 * MARGIN
    scale = min(inner / max(east - west, 1), inner * _TALLEST / max(north - south, 1))
    height = max((north - south) * scale, inner * _FLATTEST)
    left = MARGIN + (inner - (east - west) * scale) / 2
    top = MARGIN + (height - (north - south) * scale) / 2
    dots = [
        Dot(
            round(left + (one_east - west) * scale, 1),
            round(top + (north - one_north) * scale, 1),
            place.state.value,
            f"{place.school}, {place.site}: {place.state.label}",
        )
        for one_east, one_north, place in known
    ]
    metres = max((one for one in _BARS if one * scale <= WIDTH / 4), default=_BARS[0])
    return SiteMap(WIDTH, round(height + 2 * MARGIN + MARGIN), dots, Bar(metres, round(metres * scale, 1)))
