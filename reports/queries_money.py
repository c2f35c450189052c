"""What reports read of money and of plans, each question once and in one query."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Exists, Min, OuterRef, Q, Sum
from django.utils.functional import cached_property

from costs.enums import CostStage
from costs.models import CostPart
from costs.sums import in_cents
from funding.enums import ProgrammeKind
from funding.models import GrantNotice, Programme
from inventory.enums import COUNTS
from inventory.models import Device, DeviceState, PlannedHandOver
from schools.models import SiteUse
from schools.querysets import SchoolQuerySet


class Priced(NamedTuple):
    """``total``: prices of so many devices in euro; ``None`` where no price is known. ``unpriced``: without a price."""

    total: Decimal | None
    unpriced: int


class HandOver(NamedTuple):
    """So many devices are planned; ``programme``: its key, empty for none."""

    programme: str
    due_from: date
    quantity: int


class MoneyRecords:
    """Money and plans behind a report. Days, instant and schools are those of ``reports.queries.Records``.

    Of single schools only what names them, or one of their sites, counts.
    """

    def __init__(
        self, as_of: date, known_at: datetime | None, since: date | None, schools: SchoolQuerySet | None
    ) -> None:
        self.as_of = as_of
        self.known_at = known_at
        self.since = since
        self.schools = schools

    @cached_property
    def paid_for_works(self) -> dict[str, Decimal] | None:
        """Paid in the period per trade (empty: none is named), without what was paid for devices.

        ``None`` where nothing was ever paid for works up to the day.
        """
        in_period = Q(valid_from__gte=self.since) if self.since else None
        rows = self.parts_for_works.order_by().values_list("trade").annotate(amount=Sum("amount", filter=in_period))
        return {trade: in_cents(amount) for trade, amount in rows} or None

    def bound(self, programme: str) -> Decimal | None:
        """Bound by contract up to the day by the programme of this key; ``None`` without any contract."""
        return _sum(self.bound_parts(programme))

    def own_money_paid(self, year: int) -> Decimal | None:
        """Own money paid in a calendar year; ``None`` where none was."""
        return _sum(self.own_parts(year))

    def is_granted(self, programme: str) -> bool | None:
        """Whether there is a notice of the programme of this key on the day; ``None`` without the programme."""
        notices = self.notices.filter(programme=OuterRef("pk"))
        found = Programme.objects.filter(key=programme).annotate(is_granted=Exists(notices))
        granted: bool | None = found.values_list("is_granted", flat=True).first()
        return granted

    @cached_property
    def put_into_service(self) -> Priced:
        """Prices, as they are recorded today, of the devices whose first day in service lies in the period."""
        states = DeviceState.objects.known(self.known_at).filter(status__in=COUNTS, valid_from__lte=self.as_of)
        if self.schools is not None:
            states = states.filter(school__in=self.schools)
        first = states.order_by().values("device").annotate(first=Min("valid_from"))
        if self.since:
            first = first.filter(first__gte=self.since)
        found = Device.objects.filter(pk__in=first.values("device")).order_by()
        totals = found.aggregate(total=Sum("price"), priced=Count("price"), all=Count("pk"))
        total = in_cents(totals["total"]) if totals["priced"] else None
        return Priced(total, totals["all"] - totals["priced"])

    @cached_property
    def board_hand_overs(self) -> list[HandOver]:
        """What is planned on the day for digital boards."""
        rows = self.board_plans.order_by("due_from", "pk").values_list("programme__key", "due_from", "quantity")
        return [HandOver(key or "", due_from, quantity) for key, due_from, quantity in rows]

    @property
    def board_plans(self) -> Any:
        plans = PlannedHandOver.objects.as_of(self.as_of, self.known_at).filter(category__key="board")
        return plans if self.schools is None else plans.filter(school__in=self.schools)

    @property
    def notices(self) -> Any:
        return GrantNotice.objects.as_of(self.as_of, self.known_at)

    @property
    def parts_for_works(self) -> Any:
        """Everything that was paid up to the day and not for devices."""
        return self.parts.filter(stage=CostStage.PAID, category__isnull=True)

    def bound_parts(self, programme: str) -> Any:
        return self.parts.filter(stage=CostStage.COMMITTED, programme__key=programme)

    def own_parts(self, year: int) -> Any:
        own = self.parts.filter(stage=CostStage.PAID, programme__kind=ProgrammeKind.OWN)
        return own.filter(valid_from__range=(date(year, 1, 1), date(year, 12, 31)))

    @property
    def parts(self) -> Any:
        """Parts of the documents up to the day."""
        parts = CostPart.objects.as_of(self.as_of, self.known_at)
        if self.schools is None:
            return parts
        sites = SiteUse.objects.filter(school__in=self.schools).values("site")
        # A part that names another school is not for all schools of its site.
        return parts.filter(Q(school__in=self.schools) | Q(school__isnull=True, site__in=sites))


def _sum(parts: Any) -> Decimal | None:
    amount = parts.aggregate(amount=Sum("amount"))["amount"]
    return None if amount is None else in_cents(amount)
