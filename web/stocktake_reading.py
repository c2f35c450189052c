"""What the pages of a stocktake show: a section per finding, each in a constant number of queries."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from inventory.enums import OPEN_FINDINGS, StockFinding
from inventory.models import Stocktake, StocktakeItem
from inventory.services import Counted
from schools.access import sees_everything
from web.forms.stocktakes import CountPlaceForm, NewDeviceForm

PER_PAGE = 100
LATEST = 30
#: A page with more boxes to tick is of no use to anybody; the workbook has them all.
MOST_SHOWN = 2000
#: In this order somebody works through them.
SECTIONS = (StockFinding.UNKNOWN, StockFinding.ELSEWHERE, StockFinding.UNEXPECTED, StockFinding.MISSING)


def stocktakes_of(request: HttpRequest) -> Any:
    return Stocktake.objects.visible_to(request.user).with_progress()


def items_of(request: HttpRequest, stocktake: Stocktake) -> Any:
    return StocktakeItem.objects.visible_to(request.user).filter(stocktake=stocktake).with_names()


def counting_context(request: HttpRequest, stocktake: Any, codes: str = "") -> dict[str, Any]:
    """``stocktake``: with its progress."""
    items = items_of(request, stocktake)
    counted = items.filter(counted_at__isnull=False).order_by("-counted_at", "-pk")
    place = request.POST.get("room") or request.GET.get("room") or ""
    return {
        "stocktake": stocktake,
        "percent": 100 * stocktake.counted // stocktake.expected if stocktake.expected else None,
        "answers": [Counted(item.code, item, True) for item in counted[:LATEST]],
        "problems": items.filter(finding__in=OPEN_FINDINGS).order_by("finding", "pk")[:PER_PAGE],
        "page_obj": missing_page(request, items),
        "place": CountPlaceForm(initial={"room": place}, user=request.user, stocktake=stocktake),
        "models": _models(request.user),
        "last_model": request.session.get("counted_model"),
        "codes": codes,
        "sees_everything": sees_everything(request.user),
    }


def missing_page(request: HttpRequest, items: Any) -> Any:
    missing = items.filter(finding=StockFinding.MISSING).order_by("room__name", "device__asset_tag", "pk")
    return Paginator(missing, PER_PAGE).get_page(request.GET.get("page"))


def report_context(request: HttpRequest, stocktake: Any) -> dict[str, Any]:
    """Everything but what was found in its place; of that only how much it is."""
    items = items_of(request, stocktake)
    rows: dict[str, list[Any]] = {finding.value: [] for finding in SECTIONS}
    surprising = items.exclude(finding=StockFinding.FOUND).order_by("room__name", "device__asset_tag", "pk")
    for item in surprising[:MOST_SHOWN]:
        rows[item.finding].append(item)
    sections = [{"finding": finding, "items": rows[finding]} for finding in SECTIONS if rows[finding]]
    left = max(0, surprising.count() - MOST_SHOWN)
    return {
        "stocktake": stocktake,
        "sections": sections,
        "left": left,
        "sees_everything": sees_everything(request.user),
    }


def _models(user: Any) -> list[tuple[Any, Any]]:
    """Choices of a list, read once for all unknown numbers of the page."""
    field: Any = NewDeviceForm(user=user).fields["model"]
    return list(field.choices)
