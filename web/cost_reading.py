"""What the pages of costs show: the list with its sums, one document with its parts and papers."""

from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from audit.queries import entries_about
from costs.enums import CostStage
from costs.filters import CostFilter
from costs.models import CostEntry, CostFile, CostPart
from costs.sums import in_cents
from schools.access import Right, require
from web.dates import day_context, read_as_of
from web.funding_reading import tabs
from web.histories import deeds_of
from web.lists import PER_PAGE, chips_of, dressed, filters_of

#: What a part names, so that a page needs no query per row.
NAMED = ("programme", "category", "school", "site", "order", "project__site", "project__building")


def list_context(request: HttpRequest) -> dict[str, Any]:
    """``?as_of=``: documents up to that day, with the parts that held then."""
    day = read_as_of(request)
    parts = CostPart.objects.visible_to(request.user).as_of(day)
    # Their parts say the same day: said of the documents, it spares asking later ones for their parts.
    entries = CostEntry.objects.visible_to(request.user).filter(on__lte=day)
    found = CostFilter(request.GET, entries, request=request, parts=parts)
    sums, number = _sums(found)
    pages = Paginator(found.qs, PER_PAGE)
    pages.count = number
    page = pages.get_page(request.GET.get("page"))
    return {
        "filter_form": dressed(found.form, "stage"),
        "page_obj": page,
        "rows": _rows(page.object_list, parts),
        "sums": sums,
        "chips": chips_of(found.form, request.GET),
        "filters": filters_of(request.GET),
        "tabs": tabs("web:cost_list"),
        **day_context(day),
    }


def _rows(entries: Any, parts: QuerySet[CostPart]) -> list[tuple[CostEntry, list[CostPart]]]:
    entries = list(entries)
    of_entry: dict[int, list[CostPart]] = {}
    for part in parts.filter(entry__in=[entry.pk for entry in entries]).select_related(*NAMED).order_by("pk"):
        of_entry.setdefault(part.entry_id, []).append(part)
    return [(entry, of_entry.get(entry.pk, [])) for entry in entries]


def _sums(found: CostFilter) -> tuple[list[dict[str, Any]], int]:
    """Per stage, of the parts that fit; and the number of their documents, which then need not be looked for again."""
    told = {"amount": Sum("amount"), "number": Count("entry", distinct=True)}
    rows = {
        stage: (amount, number) for stage, amount, number in found.parts_found.values_list("stage").annotate(**told)
    }
    sums = [{"label": one.label, "amount": in_cents(rows.get(one.value, (None, 0))[0])} for one in CostStage]
    return sums, sum(number for _amount, number in rows.values())


def cost_for(request: HttpRequest, pk: int, right: Right = Right.FUND) -> CostEntry:
    entry: CostEntry = get_object_or_404(CostEntry.objects.visible_to(request.user), pk=pk)
    require(request.user, right)
    return entry


def detail_context(request: HttpRequest, entry: CostEntry) -> dict[str, Any]:
    believed = CostPart.objects.visible_to(request.user).known().filter(entry=entry)
    parts = list(believed.select_related(*NAMED).order_by("pk"))
    return {
        "entry": entry,
        "parts": parts,
        "total": sum((part.amount for part in parts), Decimal(0)),
        "ended_on": next((part.valid_until for part in parts if part.valid_until), None),
        "files": CostFile.objects.visible_to(request.user).filter(entry=entry),
        "deeds": deeds_of(entries_about(entry), CostEntry, {}, hidden=("parts",)),
        "tabs": tabs("web:cost_list"),
    }
