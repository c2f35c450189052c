"""Lines over months as a drawing: coordinates for a server-side SVG. Pure."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from django.utils.formats import date_format

from reports.outlook import Line, Point

WIDTH, HEIGHT = 720, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 36, 12, 10, 24
_TICKS = (0, 25, 50, 75, 100)
#: Labels of months along the bottom at most.
_LABELS = 8


class Tick(NamedTuple):
    at: float
    text: str


class Stroke(NamedTuple):
    """Points joined by a line; what is expected is another stroke than what was."""

    points: str
    is_forecast: bool


class Drawn(NamedTuple):
    """``number``: which colour and dash; ``dots``: days that stand alone between unknown ones."""

    number: int
    label: str
    strokes: list[Stroke]
    dots: list[tuple[float, float]]


class Chart(NamedTuple):
    rows: list[Tick]
    columns: list[Tick]
    lines: list[Drawn]
    today: float | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    bottom: int = HEIGHT - _BOTTOM
    top: int = _TOP


def chart_of(lines: Sequence[Line]) -> Chart | None:
    """``None`` where nothing is known of any line."""
    points = lines[0].points if lines else ()
    if not any(point.value is not None for line in lines for point in line.points):
        return None
    last_known = next((at for at, point in reversed(list(enumerate(points))) if not point.is_forecast), None)
    has_forecast = last_known is not None and last_known < len(points) - 1
    step = -(-len(points) // _LABELS)
    columns = [
        Tick(_x(at, len(points)), date_format(point.on, "m/y"))
        for at, point in enumerate(points)
        if (len(points) - 1 - at) % step == 0
    ]
    rows = [Tick(_y(value), f"{value}") for value in _TICKS]
    drawn = [_drawn(number, line) for number, line in enumerate(lines)]
    today = _x(last_known, len(points)) if has_forecast and last_known is not None else None
    return Chart(rows, columns, drawn, today)


def _drawn(number: int, line: Line) -> Drawn:
    strokes, dots = [], []
    for known in _runs(line.points):
        if len(known) == 1:
            dots.append(_place(*known[0], len(line.points)))
            continue
        # What is expected begins where what is known ends.
        past = [one for one in known if not one[1].is_forecast]
        ahead = [*past[-1:], *(one for one in known if one[1].is_forecast)]
        for part, is_forecast in ((past, False), (ahead, True)):
            if len(part) > 1:
                places = (_place(at, point, len(line.points)) for at, point in part)
                strokes.append(Stroke(" ".join(f"{x:g},{y:g}" for x, y in places), is_forecast))
    return Drawn(number, line.label, strokes, dots)


def _runs(points: Sequence[Point]) -> Iterator[list[tuple[int, Point]]]:
    """Neighbouring points whose value is known: over what is unknown no line is drawn."""
    for is_known, run in groupby(enumerate(points), lambda one: one[1].value is not None):
        if is_known:
            yield list(run)


def _place(at: int, point: Point, number: int) -> tuple[float, float]:
    return _x(at, number), _y(float(point.value or 0))


def _x(at: int, number: int) -> float:
    return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * at / max(number - 1, 1), 1)


def _y(value: float) -> float:
    return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * value / 100, 1)
