"""Filters of the list of construction projects, for page and API alike: of today, and of a past day."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import DayFilter, ListFilter, Ordering, SortField, contains
from common.parsing import sort_key
from rollout.enums import ProjectStatus
from rollout.models import ConstructionProject, Milestone, ProjectState, Waiver, WorksDefect
from schools.enums import Trade
from schools.filters import SchoolChoice


class ProjectFilter(ListFilter):
    """Filters rows of ``ConstructionProject`` by what they are today."""

    q = django_filters.CharFilter(method="search", label=_("Search"), max_length=100)
    trade = django_filters.ChoiceFilter(choices=Trade.choices, label=_("Trade"), empty_label=_("all trades"))
    status = django_filters.MultipleChoiceFilter(choices=ProjectStatus.choices, label=_("Status"), distinct=False)
    school = SchoolChoice(field_name="site__uses__school")
    ordering = Ordering(
        [
            SortField("site", ("site__sort_key",), _("Site")),
            SortField("trade", ("trade",), _("Trade")),
            SortField("status", ("status",), _("Status")),
            SortField("since", ("since",), _("Since")),
        ]
    )

    class Meta:
        model = ConstructionProject
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        """Part of site, street, title or reason."""
        in_site = Q(**{f"{self.path('site__sort_key')}__contains": sort_key(text)})
        return queryset.filter(in_site | contains(text, self.path("site__street"), self.path("title"), "reason"))


class ProjectAsOfFilter(ProjectFilter):
    """The same questions about a past day: rows of ``ProjectState`` instead of ``ConstructionProject``."""

    renamed: Mapping[str, str] = {
        "since": "valid_from",
        **{
            field: f"project__{field}"
            for field in ("site__sort_key", "site__street", "site__uses__school", "title", "trade")
        },
    }

    class Meta:
        model = ProjectState
        fields: list[str] = []


class _PartFilter(ListFilter):
    """What belongs to projects is asked for by its project, too."""

    trade = django_filters.ChoiceFilter(
        field_name="project__trade", choices=Trade.choices, label=_("Trade"), empty_label=_("all trades")
    )
    school = SchoolChoice(field_name="project__site__uses__school")


class DefectFilter(_PartFilter):
    q = django_filters.CharFilter(method="search", label=_("Search"), max_length=100)
    state = django_filters.ChoiceFilter(
        choices=[("open", _("open")), ("resolved", _("resolved"))],
        method="in_state",
        label=_("State"),
        empty_label=_("all defects"),
    )
    due_to = DayFilter(field_name="due_on", lookup_expr="lte", label=_("To be resolved by"))

    class Meta:
        model = WorksDefect
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        in_site = Q(project__site__sort_key__contains=sort_key(text))
        return queryset.filter(in_site | contains(text, "text", "project__title"))

    def in_state(self, queryset: QuerySet[Any], _name: str, state: str) -> QuerySet[Any]:
        return queryset.filter(resolved_on__isnull=state == "open")


class MilestoneFilter(_PartFilter):
    """``late``: of unfinished works, later than planned."""

    phase = django_filters.ChoiceFilter(
        choices=ProjectStatus.choices, label=_("Milestone"), empty_label=_("all milestones")
    )
    state = django_filters.ChoiceFilter(
        choices=[("late", _("later than planned"))],
        method="in_state",
        label=_("Forecast"),
        empty_label=_("all forecasts"),
    )

    class Meta:
        model = Milestone
        fields: list[str] = []

    def in_state(self, queryset: Any, _name: str, _state: str) -> Any:
        return queryset.late()


class WaiverFilter(ListFilter):
    q = django_filters.CharFilter(method="search", label=_("Search"), max_length=100)
    school = SchoolChoice()

    class Meta:
        model = Waiver
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        """Part of the reason or of the school's name."""
        return queryset.filter(Q(school__sort_key__contains=sort_key(text)) | contains(text, "reason"))
