"""Filters of the lists of schools and people, for page and API alike."""

from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.filters import ListFilter, Ordering, SortField, contains
from common.parsing import sort_key
from schools.access import only_school_of
from schools.enums import Role, RoomKind, SchoolType
from schools.models import Headcount, Membership, Room, School


class SchoolFilter(ListFilter):
    q = django_filters.CharFilter(method="search", label=_("Search"), max_length=100)
    school_type = django_filters.ChoiceFilter(
        choices=SchoolType.choices, label=_("School type"), empty_label=_("all school types")
    )
    district = django_filters.CharFilter(lookup_expr="iexact", label=_("City district"), max_length=80)
    ordering = Ordering(
        [
            SortField("name", ("sort_key",), _("Name")),
            SortField("number", ("number",), _("Number")),
            SortField("school_type", ("school_type", "sort_key"), _("School type")),
        ]
    )

    class Meta:
        model = School
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        """Part of name, number or short name; ``straße`` finds ``Strasse``."""
        return queryset.filter(Q(sort_key__contains=sort_key(text)) | contains(text, "number", "short_name"))


def visible_schools(request: Any) -> QuerySet[School]:
    """Choices of a school filter: the schools that the person asking may see."""
    return School.objects.visible_to(getattr(request, "user", None))


class SchoolChoice(django_filters.ModelChoiceFilter):
    """A school by its number; not shown to somebody with one school, who has nothing to choose."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("School"))
        options.setdefault("empty_label", _("all schools"))
        super().__init__(queryset=visible_schools, to_field_name="number", **options)

    @property
    def field(self) -> forms.Field:
        field: forms.Field = super().field
        user = getattr(self.get_request(), "user", None)
        if user and only_school_of(user):
            field.widget = forms.HiddenInput()
        return field


class RoomFilter(ListFilter):
    q = django_filters.CharFilter(method="search", label=_("Search"), max_length=100)
    school = SchoolChoice()
    kind = django_filters.ChoiceFilter(choices=RoomKind.choices, label=_("Kind of room"), empty_label=_("all kinds"))

    class Meta:
        model = Room
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        return queryset.filter(contains(text, "name", "building__name"))


class HeadcountFilter(ListFilter):
    school = SchoolChoice()

    class Meta:
        model = Headcount
        fields: list[str] = []


class PersonState(TextChoices):
    """``IDLE``: may sign in, and has not done so for a year or ever."""

    ACTIVE = "active", _("may sign in")
    IDLE = "idle", _("not signed in for a year")
    WITHOUT_ROLE = "without_role", _("without a role")
    INACTIVE = "inactive", _("deactivated")
    ERASED = "erased", _("deleted")


class PersonFilter(ListFilter):
    """``role`` and ``school`` together ask for that role at that school, as of today."""

    q = django_filters.CharFilter(method="search", label=_("Search"), max_length=100)
    role = django_filters.ChoiceFilter(choices=Role.choices, method="keep", label=_("Role"), empty_label=_("all roles"))
    school = SchoolChoice(method="keep")
    state = django_filters.ChoiceFilter(
        choices=PersonState.choices, method="in_state", label=_("Access"), empty_label=_("all but deleted")
    )
    ordering = Ordering(
        [
            SortField("name", ("last_name", "first_name", "username"), _("Name")),
            SortField("username", ("username",), _("User name")),
            SortField("last_login", ("last_login",), _("Last sign-in")),
        ]
    )

    class Meta:
        model = User
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        found = super().filter_queryset(queryset)
        given = {} if self.errors else self.form.cleaned_data
        if given.get("state") != PersonState.ERASED:
            found = found.filter(erased_at__isnull=True)
        wanted = {name: given[name] for name in ("role", "school") if given.get(name)}
        return found.filter(pk__in=Membership.objects.valid().filter(**wanted).values("user")) if wanted else found

    def keep(self, queryset: QuerySet[Any], _name: str, _value: Any) -> QuerySet[Any]:
        """Role and school are looked at together, in the end."""
        return queryset

    def search(self, queryset: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        """Each word stands in the name, the user name or the e-mail address."""
        for word in text.split():
            queryset = queryset.filter(contains(word, "username", "first_name", "last_name", "email"))
        return queryset

    def in_state(self, queryset: QuerySet[Any], _name: str, state: str) -> QuerySet[Any]:
        if state == PersonState.ERASED:
            return queryset.filter(erased_at__isnull=False)
        if state == PersonState.WITHOUT_ROLE:
            return queryset.exclude(pk__in=Membership.objects.valid().values("user")).filter(is_superuser=False)
        people = queryset.filter(is_active=state != PersonState.INACTIVE)
        if state != PersonState.IDLE:
            return people
        year_ago = timezone.now() - timedelta(days=365)
        return people.filter(Q(last_login__isnull=True) | Q(last_login__lt=year_ago))
