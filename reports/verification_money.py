"""What the data promises about money; a part of ``reports.verification``."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q, Sum

from costs.models import CostEntry, CostPart
from costs.sums import in_cents
from funding.models import Financing


def shares_unlike_100() -> Iterable[Any]:
    whole = Financing.objects.annotate(total=Sum("shares__percent")).order_by("pk")
    return (financing for financing in whole if in_cents(financing.total) != 100)


def entries_unlike_their_parts() -> Iterable[str]:
    """The amount is added here: SQLite would compare floating point."""
    believed = CostPart.objects.known().order_by().values_list("entry").annotate(total=Sum("amount"))
    totals = {entry: in_cents(total) for entry, total in believed}
    for pk, amount in CostEntry.objects.existing().order_by("pk").values_list("pk", "amount"):
        if totals.get(pk) != amount:
            yield f"{CostEntry._meta.verbose_name} {pk}"


def parts_unlike_their_entry() -> Iterable[str]:
    same = Q(stage=F("entry__stage"), valid_from=F("entry__on"))
    signed = Q(entry__is_credit=False, amount__gt=0) | Q(entry__is_credit=True, amount__lt=0)
    yield from _named(CostPart.objects.known().exclude(same & signed))


def parts_unlike_their_project() -> Iterable[str]:
    of_projects = CostPart.objects.known().filter(project__isnull=False)
    same = Q(trade__in=("", F("project__trade")), site=F("project__site"))
    yield from _named(of_projects.exclude(same))


def _named(parts: Any) -> Iterable[str]:
    for pk in parts.order_by("pk").values_list("pk", flat=True):
        yield f"{CostPart._meta.verbose_name} {pk}"
