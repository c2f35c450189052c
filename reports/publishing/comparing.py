"""What a published report said against what is known now, and an edition against the one that corrects it."""

from datetime import date
from typing import Any, NamedTuple

from reports.figures import FigureValue, figure_values
from reports.models import Publication
from reports.publishing.content import Content, content_of, moved, signed
from reports.publishing.services import WRITTEN
from reports.queries import Records


class Line(NamedTuple):
    """A figure as it was printed, and as it is in what the report is compared with (``None``: not in it)."""

    key: str
    label: str
    unit: str
    printed: str
    other: str | None
    difference: str
    has_changed: bool


def against_now(content: Content, *, reader: Any) -> list[Line]:
    """The figures of a published report, and the same for the same day as known now."""
    publication = content.publication
    records = Records(publication.as_of, None, publication.since, reader=reader)
    now = {value.figure.key: value for value in figure_values(records)}
    return [_line(one, now.get(one["key"])) for one in content.figures]


def against_edition(content: Content, newer: Publication, *, reader: Any, today: date) -> list[Line]:
    """Figures that the next edition says otherwise; those that it adds or leaves out are among them."""
    old = {one["key"]: one for one in content.figures}
    new = {one["key"]: one for one in content_of(newer, reader, today=today).figures}
    lines = []
    for key in dict.fromkeys([*old, *new]):
        before, after = old.get(key), new.get(key)
        told = before or after or {}
        texts = (before["said"] if before else "–", after["said"] if after else None)
        if texts[0] != texts[1]:
            lines.append(Line(key, told["label"], told["unit"], *texts, _moved(before, after), True))
    return lines


def other_parts(publication: Publication, newer: Publication) -> list[str]:
    """Names of what was written otherwise in the next edition."""
    fields = (Publication._meta.get_field(name) for name in WRITTEN if name != "choices")
    return [
        str(field.verbose_name)  # type: ignore[union-attr]
        for field in fields
        if getattr(publication, field.name) != getattr(newer, field.name)
    ]


def _line(printed: dict[str, Any], now: FigureValue | None) -> Line:
    text = now.text if now else None
    return Line(
        printed["key"],
        printed["label"],
        printed["unit"],
        printed["text"],
        text,
        _moved(printed, now.as_data() if now else None),
        printed["text"] != text,
    )


def _moved(old: dict[str, Any] | None, new: dict[str, Any] | None) -> str:
    """Nothing where one of them is unknown or no number."""
    change = moved(old, new)
    return signed(change) if change and not isinstance(change, str) else ""
