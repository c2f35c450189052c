"""Filters of the queue of defects, and of what is expected at returns."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from common.filters import ListFilter, contains
from common.parsing import normalise_code
from inventory.enums import DefectKind, DefectStatus
from inventory.filters import CoverChoice
from inventory.models import DeviceDefect, ReturnCampaign, ReturnItem
from inventory.warranty import support_q, warranty_q
from schools.filters import SchoolChoice

#: Ages by which the queue is narrowed, in days.
AGES = (3, 7, 14, 30)
OPEN = "open"


def _campaigns(request: Any) -> QuerySet[ReturnCampaign]:
    return ReturnCampaign.objects.visible_to(getattr(request, "user", None)).select_related("school")


class DefectFilter(ListFilter):
    renamed: Mapping[str, str] = {
        name: f"device__{name}"
        for name in ("delivery__delivered_on", "model__support_until", "model__warranty_months", "purchased_on")
    }

    q = django_filters.CharFilter(method="search", label=_("Search"), max_length=100)
    state = django_filters.ChoiceFilter(
        choices=[(OPEN, _("open")), *DefectStatus.choices],
        method="in_state",
        label=_("State"),
        empty_label=_("all reported defects"),
    )
    school = SchoolChoice(null_label=_("central store"))
    kind = django_filters.ChoiceFilter(
        choices=DefectKind.choices, label=_("Kind of defect"), empty_label=_("all kinds")
    )
    age = django_filters.ChoiceFilter(
        choices=[(str(n), ngettext_lazy("%(n)d day", "%(n)d days", "n") % {"n": n}) for n in AGES],
        method="older",
        label=_("Reported for at least"),
        empty_label=_("any time"),
    )
    warranty = CoverChoice(warranty_q, _("Warranty of the device"))
    support = CoverChoice(support_q, _("Support by the manufacturer"))

    class Meta:
        model = DeviceDefect
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        code = normalise_code(text) or text
        numbers: Q = contains(code, "device__serial", "device__asset_tag")
        return queryset.filter(numbers | contains(text, "text", "device__model__name"))

    def in_state(self, queryset: QuerySet[Any], _name: str, state: str) -> QuerySet[Any]:
        return queryset.exclude(status=DefectStatus.CLOSED) if state == OPEN else queryset.filter(status=state)

    def older(self, queryset: QuerySet[Any], _name: str, days: str) -> QuerySet[Any]:
        return queryset.filter(reported_on__lte=timezone.localdate() - timedelta(days=int(days)))


class ReturnFilter(ListFilter):
    campaign = django_filters.ModelChoiceFilter(
        queryset=_campaigns, label=_("Return campaign"), empty_label=_("all campaigns")
    )
    state = django_filters.ChoiceFilter(
        choices=[("missing", _("not returned yet")), ("returned", _("returned"))],
        method="in_state",
        label=_("State"),
        empty_label=_("all"),
    )
    school = SchoolChoice(field_name="campaign__school")

    class Meta:
        model = ReturnItem
        fields: list[str] = []

    def in_state(self, queryset: QuerySet[Any], _name: str, state: str) -> QuerySet[Any]:
        return queryset.filter(returned_on__isnull=state == "missing")
