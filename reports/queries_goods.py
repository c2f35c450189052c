"""What reports read of orders and deliveries: papers with a day of their own, not facts with a period."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import cached_property

from audit.models import Entry
from inventory.models import Delivery, Order, OrderLine
from schools.querysets import SchoolQuerySet

#: What figures and their filters ask of each; other changes leave the answers as they are.
_ASKED: Mapping[str, frozenset[str]] = {
    Order._meta.label_lower: frozenset({"number", "supplier", "ordered_on"}),
    OrderLine._meta.label_lower: frozenset({"model", "quantity", "position"}),
    Delivery._meta.label_lower: frozenset({"note_number", "delivered_on", "school", "order"}),
}


class GoodsRecords:
    """Orders and deliveries behind a report. Days, instant and schools are those of ``reports.queries.Records``.

    As of a day: orders that were placed, and deliveries that came, up to that day, as their papers read today: a
    change of a paper is a correction. As known at an instant: without what was recorded later. What a paper read
    before it was changed is told by the trail alone; see ``is_settled``.
    """

    def __init__(
        self, as_of: date, known_at: datetime | None, since: date | None, schools: SchoolQuerySet | None
    ) -> None:
        self.as_of = as_of
        self.known_at = known_at
        self.since = since
        self.schools = schools

    @property
    def lines(self) -> QuerySet[OrderLine]:
        """Of the orders that were placed up to the day."""
        return self._recorded(OrderLine.objects.filter(order__ordered_on__lte=self.as_of))

    @property
    def lines_in_period(self) -> QuerySet[OrderLine]:
        return self.lines.filter(order__ordered_on__gte=self.since) if self.since else self.lines

    @property
    def deliveries(self) -> QuerySet[Delivery]:
        """What came up to the day, of single schools what came to them."""
        found = self._recorded(Delivery.objects.filter(delivered_on__lte=self.as_of))
        return found if self.schools is None else found.filter(school__in=self.schools)

    @property
    def deliveries_in_period(self) -> QuerySet[Delivery]:
        return self.deliveries.filter(delivered_on__gte=self.since) if self.since else self.deliveries

    @cached_property
    def is_settled(self) -> bool:
        """Whether no paper that was known at the instant was changed or taken back since."""
        if not self.known_at:
            return True
        later = Entry.objects.filter(kind__in=_ASKED, act__at__gt=self.known_at)
        known = Entry.objects.filter(kind=OuterRef("kind"), object_id=OuterRef("object_id"), act__at__lte=self.known_at)
        changed = later.filter(Exists(known)).values_list("kind", "changes")
        return not any(_ASKED[kind] & changes.keys() for kind, changes in changed.iterator())

    def _recorded(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The first entry about a record is that of its recording."""
        if not self.known_at:
            return rows
        entries = Entry.objects.filter(kind=rows.model._meta.label_lower, act__at__lte=self.known_at)
        return rows.filter(pk__in=entries.values("object_id"))
