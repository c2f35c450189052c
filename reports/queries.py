"""What reports read, each question once and in one query, as of a day and as known at an instant."""

from collections import Counter, defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils.functional import cached_property

from common.bulk import ids
from inventory.enums import COUNTS
from inventory.models import Category, DeviceState
from reports.models import Publication
from reports.queries_goods import GoodsRecords
from reports.queries_money import MoneyRecords
from rollout.completion import CompletionReport, DeviceCount, Result, Waived, completion, count_devices
from rollout.models import ProjectState
from schools.access import Right, has_right_everywhere, sees_everything
from schools.models import School, SiteUse
from schools.querysets import SchoolQuerySet


class Tally(NamedTuple):
    """So many devices of a category (key of the row) in a state."""

    category: int
    status: str
    number: int


class Work(NamedTuple):
    """A construction project on the day. ``schools``: names of those that use the site."""

    pk: int
    site: int
    site_name: str
    building: str
    trade: str
    title: str
    status: str
    since: date
    reason: str
    schools: tuple[str, ...]


def schools_for(user: Any) -> SchoolQuerySet | None:
    """The schools a report for ``user`` is about; ``None`` is the whole authority, its store included."""
    return None if sees_everything(user) else School.objects.visible_to(user)


class Records:
    """The records behind a report: ``as_of`` a day, ``known_at`` an instant (default: now).

    ``since`` begins the window of flows. ``schools`` narrows to schools that went through
    ``visible_to``; ``None`` stands for the whole authority. ``reader``: whose rights decide which figures there are;
    ``None``: a command on the server, with all of them. Everything is read when first asked for.
    """

    def __init__(
        self,
        as_of: date,
        known_at: datetime | None = None,
        since: date | None = None,
        schools: SchoolQuerySet | None = None,
        reader: Any = None,
    ) -> None:
        self.as_of = as_of
        self.known_at = known_at
        self.since = since
        self.schools = schools
        self.reader = reader

    @property
    def is_whole(self) -> bool:
        """Whether the report is about the authority and not about some of its schools."""
        return self.schools is None

    def may(self, right: Right | None) -> bool:
        """Whether the reader has a right in the whole authority."""
        return right is None or self.reader is None or has_right_everywhere(self.reader, right)

    @cached_property
    def money(self) -> MoneyRecords:
        return MoneyRecords(self.as_of, self.known_at, self.since, self.schools)

    @cached_property
    def goods(self) -> GoodsRecords:
        return GoodsRecords(self.as_of, self.known_at, self.since, self.schools)

    @cached_property
    def completion(self) -> CompletionReport:
        return completion(self.as_of, self.known_at, self.schools, counts=self._counts)

    @property
    def open_schools(self) -> list[School]:
        return [one.school for one in self.completion.schools]

    @cached_property
    def categories(self) -> dict[int, Category]:
        """All categories by key of the row, in their order."""
        return {category.pk: category for category in Category.objects.all()}

    @cached_property
    def tallies(self) -> list[Tally]:
        """Devices on the day per category and state, gone ones included."""
        wanted = None if self.schools is None else set(self.schools.values_list("pk", flat=True))
        found: Counter[tuple[int, str]] = Counter()
        for school, _tested, one in self._counts:
            if wanted is None or school in wanted:
                found[one.category, one.status] += one.number
        return [Tally(*kind, number) for kind, number in found.items()]

    def devices(self, states: tuple[str, ...] | None = None, categories: tuple[str, ...] | None = None) -> int | None:
        """Devices on the day in these states, of categories by their key; ``None`` before the first device."""
        if not self.tallies:
            return None
        return sum(
            tally.number
            for tally in self.tallies
            if (states is None or tally.status in states)
            and (categories is None or self.categories[tally.category].key in categories)
        )

    @cached_property
    def first_in_service(self) -> int | None:
        """Devices whose first day in service lies between ``since`` and the day; ``None`` before any device.

        Those that were ever in service up to the day, without those that had been so before ``since``.
        """
        if not self.tallies:
            return None
        in_service = self._states().known(self.known_at).filter(status__in=COUNTS, valid_from__lte=self.as_of)
        numbers = {"ever": Count("device", distinct=True)}
        if self.since:
            numbers["before"] = Count("device", filter=Q(valid_from__lt=self.since), distinct=True)
        counts = in_service.aggregate(**numbers)
        return int(counts["ever"] - counts.get("before", 0))

    @cached_property
    def ordered(self) -> dict[str, int] | None:
        """Ordered up to the day per key of category; ``None`` for single schools or without any order."""
        if not self.is_whole:
            return None
        rows = self.goods.lines.order_by().values_list("model__category__key").annotate(number=Sum("quantity"))
        return dict(rows) or None

    @property
    def publications(self) -> Any:
        """Reports that were published for sessions up to the day, of each its newest edition."""
        known = Publication.objects.published()
        if self.known_at:
            known = known.filter(published_at__lte=self.known_at)
        later = known.filter(previous=OuterRef("pk"))
        return known.filter(~Exists(later), session_on__lte=self.as_of)

    @cached_property
    def works(self) -> list[Work]:
        """Construction projects that had begun to be planned by the day, by site and trade."""
        rows = ProjectState.objects.as_of(self.as_of, self.known_at)
        if self.schools is not None:
            rows = rows.filter(project__site__in=self.sites)
        names: dict[int, list[str]] = defaultdict(list)
        for site, name in self._uses:
            names[site].append(name)
        found = rows.order_by("project__site__sort_key", "project__site", "project__trade", "project").values_list(
            "project",
            "project__site",
            "project__site__name",
            "project__building__name",
            "project__trade",
            "project__title",
            "status",
            "valid_from",
            "reason",
        )
        return [
            Work(pk, site, site_name, building or "", trade, title, status, since, reason, tuple(names[site]))
            for pk, site, site_name, building, trade, title, status, since, reason in found
        ]

    @property
    def sites(self) -> Any:
        """Keys of the sites that the schools use, for a filter."""
        return ids({site for site, _name in self._uses})

    @cached_property
    def _counts(self) -> list[DeviceCount]:
        """Read once for completion and for the tallies."""
        return count_devices(self.as_of, self.known_at)

    @cached_property
    def _uses(self) -> list[tuple[int, str]]:
        """Sites and the names of the schools that use them."""
        uses = SiteUse.objects.all() if self.schools is None else SiteUse.objects.filter(school__in=self.schools)
        return list(uses.order_by("school__sort_key").values_list("site", "school__name"))

    def _states(self) -> Any:
        states = DeviceState.objects.all()
        return states if self.schools is None else states.filter(school__in=self.schools)


def completion_data(report: CompletionReport) -> dict[str, Any]:
    """Completion for JSON. What is not known is ``null``, never 0."""
    return {
        "as_of": report.day.isoformat(),
        "known_at": report.known_at.isoformat() if report.known_at else None,
        "standard": report.standard.name if report.standard else None,
        "mean_grade": _number(report.mean_grade()),
        "schools": [
            {
                "number": one.school.number,
                "name": one.school.name,
                "grade": _number(one.grade),
                "grade_target": _number(one.grade_target),
                "requirements": [_result_data(result) for result in one.results],
            }
            for one in report.schools
        ],
    }


def _result_data(result: Result) -> dict[str, Any]:
    return {
        "key": result.key,
        "label": result.label,
        "level": str(result.rule.level),
        "required": _number(result.required),
        "actual": _number(result.actual),
        "on_the_way": None if result.required is None else result.on_the_way,
        "gap": _number(result.gap),
        "state": str(result.state),
        "percent": _number(result.percent),
        "explanation": result.explanation(),
        "waiver": _waiver_data(result.waiver) if result.waiver else None,
        "due_on": result.due_on.isoformat() if result.due_on else None,
    }


def _waiver_data(waiver: Waived) -> dict[str, Any]:
    last_day = waiver.last_day.isoformat() if waiver.last_day else None
    return {"valid_from": waiver.since.isoformat(), "last_day": last_day, "reason": waiver.reason}


def _number(value: int | Decimal | None) -> int | float | None:
    return float(value) if isinstance(value, Decimal) else value
