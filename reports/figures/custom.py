"""Figures of one's own: the filters of a list and a measure, answered like every figure of the catalogue.

As of a day and as known at an instant, of the schools that the report is about, with the rights of its reader. What
names something that the reader may not see, or that is not there any more, is unknown.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Case, QuerySet, Value, When
from django.utils.functional import lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from reports.enums import Adding, FigureMeasure
from reports.figures.base import Answer, Figure
from reports.figures.basis import Behind
from reports.figures.rows import Column
from reports.figures.subjects import SUBJECTS, Subject, told_filters
from reports.models import CustomFigure
from reports.queries import Records

_DEFINITIONS = {
    FigureMeasure.COUNT: _("Counted are: %(records)s%(filters)s."),
    FigureMeasure.SUM: _("“%(summed)s” added up, over: %(records)s%(filters)s."),
    FigureMeasure.SHARE: _("Percentage with “%(part)s”, among: %(records)s%(filters)s."),
    FigureMeasure.PLACES: _("Different %(places)s with at least one of: %(records)s%(filters)s."),
}
#: What is added up and stands in no table of the records by itself.
_PRICES = ("device__price", "project__contract_sum")
_PART = Column(_("Meets the condition"), "is_part", words={True: _("yes"), False: _("no")})


def custom_figures(records: Records) -> Iterator[Figure]:
    """Those that the reader may see; for a report that belongs to nobody those that are shared."""
    found = CustomFigure.objects.all()
    found = found.filter(is_shared=True) if records.reader is None else found.visible_to(records.reader)
    figures = (_Declared(one, records.reader).figure for one in found)
    return (figure for figure in figures if records.may(figure.needs))


def figures_for_the_public() -> Iterator[tuple[Figure, datetime]]:
    """Those that may stand on the public page, in the words of nobody in particular, and since when they may."""
    for one in CustomFigure.objects.filter(public_at__isnull=False):
        if one.public_at:
            yield _Declared(one, None).figure, one.public_at


def definition_of(figure: CustomFigure, reader: Any) -> str:
    """What the figure means, in one sentence; ``reader``: for whom the filters are put into words."""
    subject = SUBJECTS[figure.subject]
    filters = told_filters(subject.asked(figure.query, reader))
    return str(_DEFINITIONS[FigureMeasure(figure.measure)]) % {
        "records": subject.records,
        "filters": f" ({filters})" if filters else "",
        "summed": subject.summed[0] if subject.summed else "",
        "part": told_filters(subject.asked(figure.part_query, reader)),
        "places": subject.places[0] if subject.places else "",
    }


class _Declared:
    """A figure of one's own as the catalogue knows figures."""

    def __init__(self, figure: CustomFigure, reader: Any) -> None:
        self.kept = figure
        self.reader = reader
        self.subject: Subject = SUBJECTS[figure.subject]

    @property
    def figure(self) -> Figure:
        kept, subject = self.kept, self.subject
        return Figure(
            key=kept.key,
            label=kept.name,
            unit=self._unit(),
            kind=subject.kind,
            definition=lazy(definition_of, str)(kept, self.reader),
            compute=self.compute,
            behind=self.behind,
            needs=subject.right(kept.measure),
            is_private=not kept.is_shared,
        )

    def compute(self, records: Records) -> Answer:
        if why := self.subject.unknown(records):
            return Answer(None, why)
        if not self.subject.has_basis(records):
            return Answer(None, gettext("Nothing of this kind is recorded up to this day."))
        if self._found(records) is None:
            return Answer(None, gettext("The filter names something that you may not see, or that is not there."))
        behind = self.behind(records)
        return _sum(behind) if behind.adds == Adding.SUM else Answer(behind.total())

    def behind(self, records: Records) -> Behind:
        found, subject = self._found(records), self.subject
        if found is None or subject.unknown(records):
            found = subject.found(records).none()
        match self.kept.measure:
            case FigureMeasure.SUM if subject.summed:
                heading, path, _unit = subject.summed
                more = (Column(heading, path, "money"),) if path in _PRICES else ()
                return subject.behind(records, found, *more, adds=Adding.SUM, measure=path)
            case FigureMeasure.SHARE:
                marked = self._marked(found, records)
                return subject.behind(records, marked, _PART, adds=Adding.SHARE, measure=_PART.path)
            case FigureMeasure.PLACES if subject.places:
                return subject.behind(records, found, adds=Adding.DISTINCT, measure=subject.places[1])
        return subject.behind(records, found)

    def _found(self, records: Records) -> QuerySet[Any] | None:
        """What the filter finds; ``None`` where one of the filters cannot be used."""
        asked = self.subject.asked(self.kept.query, records.reader, self.subject.found(records))
        part = self.subject.asked(self.kept.part_query, records.reader)
        return None if asked.errors or part.errors else asked.qs

    def _marked(self, found: QuerySet[Any], records: Records) -> QuerySet[Any]:
        """With ``is_part``: whether a row meets the second filter, too."""
        part = self.subject.asked(self.kept.part_query, records.reader, found).qs.order_by().values("pk")
        is_part = Case(When(pk__in=part, then=Value(True)), default=Value(False), output_field=BooleanField())
        return found.annotate(is_part=is_part)

    def _unit(self) -> Any:
        match self.kept.measure:
            case FigureMeasure.SUM if self.subject.summed:
                return self.subject.summed[2]
            case FigureMeasure.SHARE:
                return _("percent")
            case FigureMeasure.PLACES if self.subject.places:
                return self.subject.places[0]
        return self.subject.unit


def _sum(behind: Behind) -> Answer:
    """Where no record has a value the sum is unknown, and not 0."""
    lacking = len(behind.rows) - behind.known()
    if not lacking:
        return Answer(behind.total())
    note = ngettext("%(number)s record without a value.", "%(number)s records without a value.", lacking)
    return Answer(behind.total() if behind.known() else None, note % {"number": lacking})
