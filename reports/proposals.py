"""Progress entries from figures: a sentence around the value, and the value as it stands, to be kept for good."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports.enums import FigureKind, Wording
from reports.figures import FigureValue, figure_values
from reports.figures.wording import worded
from reports.queries import Records
from rollout.enums import EntryState
from rollout.services import FrozenValue

#: Figure → what is said of it. ``%(number)s`` is the value as it is worded, with its unit where that is euro.
_SENTENCES: dict[str, Any] = {
    "grade_basis": _("The equipment standard (basis) is met to %(number)s percent on average."),
    "grade_target": _("The equipment standard (basis and target) is met to %(number)s percent on average."),
    "devices_in_service": _("%(number)s devices are in service in the schools."),
    "devices_on_the_way": _("%(number)s devices are on their way to the schools."),
    "tablets_ordered": _("%(number)s tablets and convertibles have been ordered."),
    "tablets_delivered": _("%(number)s tablets and convertibles have been delivered."),
    "put_into_service": _("%(number)s devices have been put into service%(since)s."),
    "put_into_service_cost": _("%(number)s have been spent on devices that were put into service%(since)s."),
    "boards_in_service": _("%(number)s digital boards are in service."),
    "fibre_finished": _("The fibre works are finished."),
    "schools_finished": _("%(number)s schools are finished."),
    "sites_under_construction": _("Works are going on at %(number)s sites in parallel."),
    "standard_presented": _("The equipment standards are agreed and were presented to the committee."),
    "digitalpakt_granted": _("The money of the DigitalPakt was applied for and granted."),
    "works_paid": _("%(number)s have been invested in the digitisation of the schools%(since)s."),
    "works_paid_network": _("%(number)s of it went into WLAN and cabling."),
    "works_paid_building": _("%(number)s of it went into building works."),
    "works_paid_fibre": _("%(number)s of it went into fibre."),
    "digitalpakt_bound": _("%(number)s are bound by contracts in the DigitalPakt."),
    "own_money_paid": _("The city spends %(number)s of its own money a year."),
    "extra_boards_planned": _("%(number)s extra digital boards are planned."),
    "boards_planned": _("%(number)s digital boards are to be handed over in %(year)s."),
}
_STATES = {FigureKind.PLAN: EntryState.PLANNED}
_UNDER_WAY = frozenset(
    {"devices_on_the_way", "tablets_ordered", "sites_under_construction", "grade_basis", "grade_target"}
)


class Question(NamedTuple):
    """What is asked of the figures; ``known_at`` makes the answer the same whenever it is asked."""

    as_of: date
    known_at: datetime
    since: date | None = None
    wording: str = Wording.EXACT


class Proposal(NamedTuple):
    """A sentence about a figure. ``figure``: the value that is kept with the entry.

    ``is_told``: in words of its own; of all others only name and value are said.
    """

    label: str
    definition: str
    is_money: bool
    is_told: bool
    wording: str
    text: str
    state: str
    figure: FrozenValue


def proposals(question: Question, reader: Any) -> list[Proposal]:
    """One for each figure that ``reader`` may see and that has something to tell: unknown, no and 0 have not.

    None from figures that ``reader`` has alone: others read what is proposed.
    """
    records = Records(question.as_of, question.known_at, question.since, reader=reader)
    values = (value for value in figure_values(records) if not value.figure.is_private)
    return [_proposal(value, question) for value in values if value.value]


def proposal(key: str, question: Question, reader: Any) -> Proposal | None:
    """The proposal about one figure; ``None`` where there is none."""
    return next((one for one in proposals(question, reader) if one.figure.key == key), None)


def frozen(value: FigureValue, question: Question) -> FrozenValue:
    """The value as it stands. Raises ``ValidationError`` for a wording that would not be true."""
    number = value.value
    text = worded(number, question.wording, unit=_unit(value))
    amount = None if number is None else Decimal(number)
    return FrozenValue(
        value.figure.key,
        amount,
        text,
        question.as_of,
        question.known_at,
        question.since if _has_period(value) else None,
    )


def _proposal(value: FigureValue, question: Question) -> Proposal:
    """In the wording asked for; exactly, where that would not be true."""
    try:
        frozen(value, question)
    except ValidationError:
        question = question._replace(wording=Wording.EXACT)
    figure, kept = value.figure, frozen(value, question)
    state = EntryState.UNDER_WAY if figure.key in _UNDER_WAY else _STATES.get(FigureKind(figure.kind), EntryState.DONE)
    return Proposal(
        str(figure.label),
        str(figure.definition),
        figure.is_money,
        figure.key in _SENTENCES,
        question.wording,
        _sentence(value, kept),
        state,
        kept,
    )


def _sentence(value: FigureValue, kept: FrozenValue) -> str:
    template = _SENTENCES.get(kept.key)
    if template is None or (kept.value == 1 and not isinstance(value.value, bool)):
        return capfirst(f"{value.figure.label}: {kept.text}.")
    since = ""
    if kept.since:
        since = " " + gettext("since %(day)s") % {"day": date_format(kept.since, "SHORT_DATE_FORMAT")}
    return capfirst(str(template) % {"number": kept.text, "since": since, "year": kept.as_of.year})


def _unit(value: FigureValue) -> str:
    return "€" if value.figure.is_money else ""


def _has_period(value: FigureValue) -> bool:
    return value.figure.kind in (FigureKind.FLOW, FigureKind.SUM)
