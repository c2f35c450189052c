"""The equipment standard as a page tells it: each requirement once, with its exceptions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.models import Publication
from reports.standard_comparison import parameter_text
from rollout.enums import Head, Measure
from rollout.models import Requirement, Waiver
from rollout.standard_changes import LineChange
from schools.enums import RoomKind, SchoolType, Trade
from web.forms.standards import StandardForm


@dataclass(frozen=True, slots=True)
class Line:
    """One layer of a requirement: for whom, and what it asks for."""

    row: Requirement
    whom: str
    asked: str
    remark: str


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
        block.lines.append(Line(row, whom(row), asked(row, names.get(row.of_key, row.of_key)), _remark(row)))
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


def _remark(row: Requirement) -> str:
    """Of weight and grace period what is not usual."""
    told = []
    if row.is_applicable and row.weight != 1:
        told.append(_("weight %(weight)s") % {"weight": _plain(row.weight)})
    if row.is_applicable and row.grace_months:
        months = ngettext("due after %(count)d month", "due after %(count)d months", row.grace_months)
        told.append(months % {"count": row.grace_months})
    return " · ".join(told)


def _minimum(row: Requirement) -> str:
    if row.amount is None:
        return _("at least %(per_class)s %(unit)s per class")
    if row.amount_per_class is None:
        return _("at least %(amount)s %(unit)s")
    return _("at least %(amount)s %(unit)s, and %(per_class)s %(unit)s per class")


def _plain(value: Any) -> str:
    return "" if value is None else number_format(value.normalize(), use_l10n=True, force_grouping=True)


def standard_tabs(here: str) -> list[dict[str, Any]]:
    """The pages about the standard for ``web/_tabs.html``."""
    pages = (
        ("web:standard_list", _("Versions")),
        ("web:standard_compare", _("Compare")),
        ("web:waiver_list", _("Waivers")),
    )
    return [{"label": label, "url": reverse(name), "is_current": name == here} for name, label in pages]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A line that differs between two versions; ``texts``: what it is called, its old and its new value."""

    change: LineChange
    whom: str
    asked: str
    texts: list[tuple[str, str, str]]


def change_rows(changes: Iterable[LineChange]) -> list[ChangeRow]:
    changes = list(changes)
    names = {change.line.key: change.line.label for change in changes}
    return [
        ChangeRow(
            change,
            whom(change.line),
            asked(change.line, names.get(change.line.of_key, change.line.of_key)),
            [parameter_text(one) for one in change.parameters],
        )
        for change in changes
    ]


@dataclass(frozen=True, slots=True)
class WaiverRow:
    waiver: Waiver
    label: str


def waiver_rows(user: Any, waivers: Iterable[Waiver]) -> list[WaiverRow]:
    """Those that end first on top, those without an end last. Called as the newest version calls the requirement."""
    rows = list(waivers)
    lines = Requirement.objects.visible_to(user).filter(key__in={row.key for row in rows})
    labels = {line.key: line.label for line in lines.order_by("standard__valid_from", "pk")}
    rows.sort(key=lambda row: (row.valid_until is None, row.valid_until or row.valid_from, row.school.sort_key))
    return [WaiverRow(row, labels.get(row.key, row.key)) for row in rows]


def late_warnings(user: Any, form: StandardForm) -> list[str]:
    """What to say when a version is to apply from a day for which reports were published already."""
    day = form.changes.get("valid_from")
    if not day or day > timezone.localdate():
        return []
    reports = Publication.objects.visible_to(user).published().filter(as_of__gte=day).count()
    if not reports:
        return []
    text = ngettext(
        "For days since then %(count)d report was published. It stays as it is; figures computed anew follow this "
        "version.",
        "For days since then %(count)d reports were published. They stay as they are; figures computed anew follow "
        "this version.",
        reports,
    )
    return [text % {"count": reports}]
