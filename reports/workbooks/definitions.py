"""What the numbers mean: figures, words, and the requirements of the standard."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.sheets.writer import INK, Field, SheetWriter, Value
from inventory.enums import DeviceStatus
from reports.enums import STATES, FigureKind, StatusGroup
from reports.workbooks.sheet import TOP, Progress, day_text, entitle
from rollout.enums import Head, Level, Measure, Outcome
from rollout.models import Requirement, Standard
from schools.enums import RoomKind, SchoolType, Trade

_WIDTHS = (12, 38, 84, 26, 34, 9)
_WORDS: tuple[tuple[Any, Any], ...] = (
    (_("As-of date"), _("The day for which everything is told. What happened later does not appear.")),
    (
        _("As known at"),
        _(
            "What was recorded by this instant. Entries and corrections made later are left out, so that an earlier "
            "report can be made again as it was."
        ),
    ),
    (
        _("Schools, sites and rooms"),
        _(
            "Rooms, sites and the master data of schools (name, type, main site) are counted as they are today, also "
            "in a report for a past day. Devices, their tests, construction works, pupils and recorded values are "
            "those of the as-of date."
        ),
    ),
    (
        _("Required"),
        _("What the equipment standard in force on the as-of date asks of the school. Ratios are rounded up."),
    ),
    (_("In service"), _("Configured or accepted, and in use. Only these devices count towards the standard.")),
    (_("On the way"), _("From ordered to accepted, but not in service. Shown apart and never counted as present.")),
    (_("Missing"), _("Required minus in service or reached, never less than 0.")),
    (
        _("Fulfilled"),
        _("In service or reached as a share of required, 100 percent at most, and 100 only when nothing is missing."),
    ),
    (
        _("Grade"),
        _(
            "Weighted mean of what is fulfilled, over the requirements that apply to the school and are known. It "
            "always stands beside the list of gaps."
        ),
    ),
    (
        Outcome.UNKNOWN.label,
        _("There is no basis for a number, e.g. no pupils are recorded. Never shown as 0 or as 100."),
    ),
    (
        Outcome.NOT_DUE.label,
        _(
            "The grace period of the requirement still runs. What is missing is listed and has to be bought, but does "
            "not count in the grade."
        ),
    ),
    (
        Outcome.COVERED.label,
        _("The school need not meet it for now. It counts neither in the grade nor among what is missing."),
    ),
    (Outcome.NOT_APPLICABLE.label, _("The standard asks nothing of this school here. It does not count in the grade.")),
)


def write_definitions(sheet: SheetWriter, progress: Progress) -> None:
    entitle(sheet, progress)
    for column, width in enumerate(_WIDTHS):
        sheet.raw.set_column(column, column, width)
    row = _table(sheet, TOP, gettext("Figures"), _figure_headings(), _figure_rows(progress))
    row = _table(sheet, row + 2, gettext("Words"), ["", gettext("Word"), gettext("Meaning"), "", "", ""], _word_rows())
    standard = progress.records.completion.standard
    if standard:
        title = gettext("Requirements of the standard “%(standard)s”") % {"standard": standard}
        row = _table(sheet, row + 2, title, _requirement_headings(), _requirement_rows(standard, progress))
    if waived := list(_waiver_rows(progress)):
        headings = [gettext("School no."), gettext("School"), gettext("Reason"), gettext("Requirement")]
        headings += [gettext("from"), gettext("last day")]
        _table(sheet, row + 2, gettext("Waivers"), headings, iter(waived))


def _table(sheet: SheetWriter, top: int, title: str, headings: list[str], rows: Iterator[list[Value]]) -> int:
    """A titled table without filter; returns the row below."""
    book = sheet.book
    sheet.put(top, 0, title, book.style(bold=True, font_size=13, font_color=INK))
    style = book.style(bold=True, font_color="#FFFFFF", bg_color=INK, valign="vcenter")
    for column, heading in enumerate(headings):
        sheet.raw.write_string(top + 1, column, heading, style)
    last = sheet.rows(top + 2, [Field("", width, "long") for width in _WIDTHS], rows)
    return last + 1


def _figure_headings() -> list[str]:
    return [gettext("No."), gettext("Figure"), gettext("Definition"), gettext("Unit"), gettext("Kind"), ""]


def _figure_rows(progress: Progress) -> Iterator[list[Value]]:
    kinds = {kind.value: str(kind.label) for kind in FigureKind}
    for value in progress.values:
        figure = value.figure
        kind = kinds[figure.kind]
        yield [figure.ref or "", str(figure.label), str(figure.definition), str(figure.unit), kind, ""]


def _word_rows() -> Iterator[list[Value]]:
    for word, meaning in _WORDS:
        yield ["", str(word), str(meaning), "", "", ""]
    for group in StatusGroup:
        states = ", ".join(str(DeviceStatus(status).label) for status in STATES[group])
        yield ["", gettext("Devices: %(group)s") % {"group": group.label}, states, "", "", ""]


def _waiver_rows(progress: Progress) -> Iterator[list[Value]]:
    for one in progress.records.completion.schools:
        for result in one.results:
            if waiver := result.waiver:
                last_day = day_text(waiver.last_day) if waiver.last_day else gettext("open")
                school = one.school
                yield [school.number, school.name, waiver.reason, result.label, day_text(waiver.since), last_day]


def _requirement_headings() -> list[str]:
    return [
        gettext("Level"),
        gettext("Requirement"),
        gettext("Required"),
        gettext("Applies to"),
        gettext("Measured as"),
        gettext("Weight"),
    ]


def _requirement_rows(standard: Standard, progress: Progress) -> Iterator[list[Value]]:
    """Each line of the standard in its three layers; lines for a single school only where it is in the report."""
    chosen = {school.pk: school.name for school in progress.records.open_schools}
    labels = {rule.key: rule.label for rule in progress.records.completion.requirements}
    places = {pk: place for place, pk in enumerate(chosen)}
    rows = [row for row in standard.requirements.all() if row.school_id is None or row.school_id in chosen]
    for row in sorted(rows, key=lambda r: (r.position, r.key, r.school_type, places.get(r.school_id, -1))):
        applies = chosen[row.school_id] if row.school_id else gettext("all schools")
        if row.school_type:
            applies = str(SchoolType(row.school_type).label)
        weight = number_format(row.weight.normalize(), use_l10n=True)
        measure = str(Measure(row.measure).label)
        yield [str(Level(row.level).label), row.label, _required(row, labels), applies, measure, weight]


def _required(row: Requirement, labels: Mapping[str, str]) -> str:
    """The parameters of a requirement in words; ``labels``: names of requirements by key."""
    if not row.is_applicable:
        return gettext("not required")
    if row.measure == Measure.SHARE:
        parameters = {"percent": _plain(row.percent), "of": labels.get(row.of_key, row.of_key)}
        return gettext("%(percent)s %% of “%(of)s”") % parameters
    return _REQUIRED[row.measure](row)


def _plain(number: Any) -> str:
    return number_format(
        number.normalize() if hasattr(number, "normalize") else number, use_l10n=True, force_grouping=True
    )


def _per_head(row: Requirement) -> str:
    return gettext("1 per %(per)s %(heads)s, rounded up") % {"per": _plain(row.per), "heads": Head(row.head).label}


def _per_room(row: Requirement) -> str:
    kinds = ", ".join(str(RoomKind(kind).label) for kind in row.room_kinds)
    return gettext("%(number)s per room (%(kinds)s)") % {"number": _plain(row.quantity), "kinds": kinds}


def _minimum(row: Requirement) -> str:
    amount = {"amount": _plain(row.amount or 0), "unit": row.unit}
    if row.amount_per_class is None:
        return gettext("at least %(amount)s %(unit)s") % amount
    each = amount | {"each": _plain(row.amount_per_class)}
    return gettext("%(each)s %(unit)s per class, at least %(amount)s %(unit)s") % each


def _percent(row: Requirement) -> str:
    return gettext("%(percent)s %%") % {"percent": _plain(row.percent or 100)}


_REQUIRED: dict[str, Callable[[Requirement], str]] = {
    Measure.DEVICES_PER_HEAD: _per_head,
    Measure.DEVICES_PER_ROOM: _per_room,
    Measure.DEVICES_FLAT: lambda row: gettext("%(number)s per school") % {"number": _plain(row.quantity)},
    Measure.MANAGED: _percent,
    Measure.TESTED: _percent,
    Measure.TRADE_LIVE: lambda row: gettext("%(trade)s live on each site") % {"trade": Trade(row.trade).label},
    Measure.TRADE_ACCEPTED: lambda row: gettext("%(trade)s accepted on each site") % {"trade": Trade(row.trade).label},
    Measure.MINIMUM: _minimum,
    Measure.YES_NO: lambda row: gettext("yes"),
}
