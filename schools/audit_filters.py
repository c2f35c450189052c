"""The filter of the audit trail, for page, export and API alike."""

from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django.apps import apps
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.enums import Channel
from audit.models import Act, Entry
from common.filters import DayFilter, ListFilter, contains
from schools.access import Right, has_right, sees_everything
from schools.filters import SchoolChoice

#: Applications with records that the trail tells about, in the order of the choice.
_APPS = ("schools", "inventory", "rollout", "funding", "costs", "imports", "accounts", "api", "hooks", "audit")
_OF_ENTRIES = ("q", "kind", "school", "record", "act")
_OF_ACTS = {"since": "at__gte", "until": "at__lt", "user": "user", "channel": "channel", "verb": "verb"}


def kinds() -> list[tuple[str, Any]]:
    """Kinds of records, as choices."""
    models = (model for app in _APPS for model in apps.get_app_config(app).get_models())
    return [(model._meta.label_lower, model._meta.verbose_name_plural) for model in models]


def visible_people(request: Any) -> QuerySet[User]:
    """Who acted is a choice for those who audit; the others may filter by themselves."""
    user = getattr(request, "user", None)
    people = User.objects.filter(Exists(Act.objects.filter(user=OuterRef("pk")))).order_by("last_name", "username")
    return people if has_right(user, Right.AUDIT) else people.filter(pk=getattr(user, "pk", None) or 0)


class EntryFilter(ListFilter):
    """Entries that the person asking may see, by what they say and by their act."""

    q = django_filters.CharFilter(method="search", label=_("Search"), max_length=100)
    since = DayFilter(method="of_act", label=_("From day"))
    until = DayFilter(method="of_act", label=_("To day"))
    user = django_filters.ModelChoiceFilter(
        method="of_act", queryset=visible_people, label=_("Person"), empty_label=_("everybody")
    )
    channel = django_filters.ChoiceFilter(
        method="of_act", choices=Channel.choices, label=_("From where"), empty_label=_("everywhere")
    )
    verb = django_filters.CharFilter(method="of_act", label=_("What was done"), max_length=40)
    kind = django_filters.ChoiceFilter(choices=kinds, label=_("Kind of record"), empty_label=_("all kinds"))
    school = SchoolChoice()
    record = django_filters.NumberFilter(
        field_name="object_id", label=_("Data record"), min_value=1, max_value=2**63 - 1, decimal_places=0
    )

    act = django_filters.NumberFilter(label=_("Act"), min_value=1, max_value=2**63 - 1, decimal_places=0)

    class Meta:
        model = Entry
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        """Part of what a record was called then, or for people of the authority of reason or subject of the act."""
        told = ("act__reason", "act__subject") if sees_everything(getattr(self.request, "user", None)) else ()
        return queryset.filter(contains(text, "label", *told))

    def of_act(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return queryset.filter(**_lookup(name, value, "act__"))

    def acts(self) -> QuerySet[Act]:
        """The acts of these entries, newest first; those without any entry only where nothing asks for entries."""
        user = getattr(self.request, "user", None)
        acts = Act.objects.visible_to(user).order_by("-pk").select_related("user")
        if self.asks_for_entries():
            return acts.filter(Exists(self.qs.order_by().filter(act=OuterRef("pk"))))
        given = self.form.cleaned_data
        for name in _OF_ACTS.keys() & given.keys():
            acts = acts.filter(**_lookup(name, given[name])) if given[name] else acts
        return acts

    def asks_for_entries(self) -> bool:
        """Whether it is not about acts alone; a filter that cannot be understood finds no entry."""
        return not self.form.is_valid() or any(self.form.cleaned_data.get(name) for name in _OF_ENTRIES)


def _lookup(name: str, value: Any, prefix: str = "") -> dict[str, Any]:
    """Days are whole ones, where the server stands. Nothing was done at the ends of the calendar, which has no more."""
    if isinstance(value, date):
        value = min(max(value, date(1900, 1, 1)), date(9000, 1, 1))
        value = timezone.make_aware(datetime.combine(value + timedelta(days=name == "until"), time.min))
    return {prefix + _OF_ACTS[name]: value}
