"""The equipment standard as a page tells it: each requirement once, with its exceptions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from rollout.enums import Head, Measure
from rollout.models import Requirement
from schools.enums import RoomKind, SchoolType, Trade


@dataclass(frozen=True, slots=True)
class Line:
    """One layer of a requirement: for whom, and what it asks for."""

    row: Requirement
    whom: str
    asked: str


@dataclass(frozen=True, slots=True)
class Block:
    """One requirement: the line for all schools (if there is one), and the lines that replace it for some."""

    key: str
    label: str
    level: str
    lines: list[Line] = field(default_factory=list)


def blocks_of(requirements: Iterable[Requirement]) -> list[Block]:
    """``requirements``: of one standard, with school and categories. In the order of the standard."""
    rows = sorted(requirements, key=lambda row: (row.position, row.key, row.school_type, row.school_id or 0))
    names = {row.key: row.label for row in rows}
    blocks: dict[str, Block] = {}
    for row in rows:
        block = blocks.setdefault(row.key, Block(row.key, row.label, row.get_level_display()))
        block.lines.append(Line(row, whom(row), asked(row, names.get(row.of_key, row.of_key))))
    return list(blocks.values())


def whom(row: Requirement) -> str:
    if row.school:
        return row.school.name
    return str(SchoolType(row.school_type).label) if row.school_type else _("all schools")


def asked(row: Requirement, whole: str) -> str:
    """What a line asks for, in words. ``whole``: name of the requirement of which it is a share."""
    if not row.is_applicable:
        return _("does not apply")
    texts = {
        Measure.DEVICES_PER_HEAD: _("one device each (%(heads)s)")
        if row.per == 1
        else _("one device per %(per)s %(heads)s"),
        Measure.DEVICES_PER_ROOM: _("%(quantity)s per room (%(rooms)s)"),
        Measure.DEVICES_FLAT: _("%(quantity)s per school"),
        Measure.SHARE: _("%(percent)s %% of “%(whole)s”"),
        Measure.MANAGED: _("%(percent)s %% of the devices under MDM"),
        Measure.TESTED: _("%(percent)s %% of the devices with a valid test"),
        Measure.TRADE_LIVE: _("%(trade)s live on each site"),
        Measure.TRADE_ACCEPTED: _("%(trade)s accepted on each site"),
        Measure.MINIMUM: _minimum(row),
        Measure.YES_NO: _("fulfilled, stated by hand"),
    }
    return texts[Measure(row.measure)] % {
        "per": row.per,
        "heads": Head(row.head).label if row.head else "",
        "quantity": row.quantity,
        "rooms": ", ".join(str(RoomKind(kind).label) for kind in row.room_kinds) or _("all rooms"),
        "percent": _plain(row.percent),
        "whole": whole,
        "trade": Trade(row.trade).label if row.trade else "",
        "amount": _plain(row.amount),
        "per_class": _plain(row.amount_per_class),
        "unit": row.unit,
    }


def _minimum(row: Requirement) -> str:
    if row.amount is None:
        return _("at least %(per_class)s %(unit)s per class")
    if row.amount_per_class is None:
        return _("at least %(amount)s %(unit)s")
    return _("at least %(amount)s %(unit)s, and %(per_class)s %(unit)s per class")


def _plain(value: Any) -> str:
    return "" if value is None else number_format(value.normalize(), use_l10n=True, force_grouping=True)
