"""Filters of the list of devices, for page and API alike: of today, and of a past day."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from common.dated import add_months
from common.filters import DayFilter, ListFilter, Ordering, SortField, contains
from common.parsing import normalise_code
from funding.models import Programme
from inventory.electrical import due_tests_q
from inventory.enums import BROKEN, COUNTS, GONE, ON_THE_WAY, DeviceStatus, RetirementGap, Use
from inventory.models import (
    Category,
    Delivery,
    Device,
    DeviceModel,
    DeviceState,
    Manufacturer,
    Order,
    OrderLine,
)
from inventory.retirement import gap_q
from inventory.warranty import support_q, warranty_q
from schools.access import only_school_of
from schools.filters import SchoolChoice
from schools.models import Room

STATUS_GROUPS = {"counts": COUNTS, "on_the_way": ON_THE_WAY, "gone": GONE, "broken": BROKEN}
#: So many deliveries are offered to choose from.
LATEST = 50
_GROUP_LABELS = [
    ("counts", _("in service")),
    ("on_the_way", _("on the way")),
    ("broken", _("broken")),
    ("gone", _("gone")),
]
_MANAGED = [("true", _("under MDM")), ("false", _("not under MDM")), ("unknown", _("unknown"))]
_MANAGED_VALUES = {"true": True, "false": False, "unknown": None}


def _categories(request: Any) -> QuerySet[Category]:
    return Category.objects.visible_to(getattr(request, "user", None))


def _manufacturers(request: Any) -> QuerySet[Manufacturer]:
    return Manufacturer.objects.visible_to(getattr(request, "user", None))


def _models(request: Any) -> QuerySet[DeviceModel]:
    return DeviceModel.objects.visible_to(getattr(request, "user", None)).select_related("manufacturer")


def _rooms(request: Any) -> QuerySet[Room]:
    return Room.objects.visible_to(getattr(request, "user", None))


def _deliveries(request: Any) -> QuerySet[Delivery]:
    return Delivery.objects.visible_to(getattr(request, "user", None))


def _programmes(request: Any) -> QuerySet[Programme]:
    return Programme.objects.visible_to(getattr(request, "user", None))


class ProgrammeChoice(django_filters.ModelChoiceFilter):
    """A programme that pays for it, alone or with others, by its key."""

    def __init__(self) -> None:
        super().__init__(
            field_name="financing__shares__programme",
            queryset=_programmes,
            to_field_name="key",
            label=_("Funding programme"),
            empty_label=_("all programmes"),
        )


class CoverChoice(django_filters.ChoiceFilter):
    """Whether warranty or support runs today, has ended or is not known."""

    def __init__(self, condition: Callable[[str, date, Callable[[str], str]], Q], label: Any) -> None:
        choices = [("runs", _("still runs")), ("ended", _("has ended")), ("unknown", _("not known"))]
        super().__init__(choices=choices, label=label, empty_label=_("all"))
        self.condition = condition

    def filter(self, qs: Any, value: str) -> Any:
        return qs.filter(self.condition(value, timezone.localdate(), self.parent.path)) if value else qs


class DeviceFilter(ListFilter):
    """Filters rows of ``Device`` by what they are today."""

    q = django_filters.CharFilter(method="search", label=_("Search"), max_length=100)
    category = django_filters.ModelChoiceFilter(
        field_name="model__category",
        queryset=_categories,
        to_field_name="key",
        label=_("Category"),
        empty_label=_("all categories"),
    )
    manufacturer = django_filters.ModelChoiceFilter(
        queryset=_manufacturers, label=_("Manufacturer"), empty_label=_("all manufacturers")
    )
    model = django_filters.ModelChoiceFilter(queryset=_models, label=_("Model"), empty_label=_("all models"))
    status = django_filters.MultipleChoiceFilter(choices=DeviceStatus.choices, label=_("Status"), distinct=False)
    status_group = django_filters.ChoiceFilter(
        choices=_GROUP_LABELS, method="in_group", label=_("Group of states"), empty_label=_("all states")
    )
    school = SchoolChoice(null_label=_("central store"))
    room = django_filters.ModelChoiceFilter(queryset=_rooms, label=_("Room"), empty_label=_("all rooms"))
    use = django_filters.ChoiceFilter(choices=Use.choices, label=_("Use"), empty_label=_("all uses"))
    delivery = django_filters.ModelChoiceFilter(
        queryset=_deliveries, label=_("Delivery"), empty_label=_("all deliveries")
    )
    is_managed = django_filters.ChoiceFilter(
        choices=_MANAGED, method="managed", label=_("Device management"), empty_label=_("all")
    )
    programme = ProgrammeChoice()
    warranty = CoverChoice(warranty_q, _("Warranty of the device"))
    support = CoverChoice(support_q, _("Support by the manufacturer"))
    retirement = django_filters.ChoiceFilter(
        choices=RetirementGap.choices, method="lacking", label=_("Retirement"), empty_label=_("all")
    )
    test_due = DayFilter(method="tests_due", label=_("Electrical test due until"))
    since_from = DayFilter(field_name="since", lookup_expr="gte", label=_("In this state since (from)"))
    since_to = DayFilter(field_name="since", lookup_expr="lte", label=_("In this state since (to)"))
    ordering = Ordering(
        [
            SortField("asset_tag", ("asset_tag",), _("Asset tag")),
            SortField("serial", ("serial",), _("Serial number")),
            SortField("model", ("model__manufacturer__name", "model__name"), _("Model")),
            SortField("school", ("school__sort_key", "school__number"), _("School")),
            SortField("room", ("room__name",), _("Room")),
            SortField("status", ("status",), _("Status")),
            SortField("since", ("since",), _("Since")),
        ]
    )

    class Meta:
        model = Device
        fields: list[str] = []

    @property
    def form(self) -> forms.Form:
        if not hasattr(self, "_form"):
            fields = super().form.fields
            fields["room"].widget.choices = partial(self._offered_rooms, fields["room"])
            fields["delivery"].widget.choices = partial(self._offered_deliveries, fields["delivery"])
        return self._form

    def _offered_rooms(self, field: Any) -> list[tuple[Any, Any]]:
        """Rooms of the chosen or only school (and the chosen room); any other visible room is accepted, too."""
        school, chosen = self.data.get("school") or "", self.data.get("room") or ""
        only = only_school_of(getattr(self.request, "user", None))
        wanted = Q(school=only) if only else Q(school__number=school)
        wanted |= Q(pk=chosen) if str(chosen).isdecimal() else Q()
        return [("", field.empty_label), *((room.pk, room.name) for room in field.queryset.filter(wanted))]

    def _offered_deliveries(self, field: Any) -> list[tuple[Any, Any]]:
        """The latest ones (and the chosen one); any other visible delivery is accepted, too."""
        chosen, found = self.data.get("delivery") or "", field.queryset.select_related("order")
        latest = list(found.order_by("-delivered_on", "-pk")[:LATEST])
        if str(chosen).isdecimal() and all(delivery.pk != int(chosen) for delivery in latest):
            latest += found.filter(pk=chosen)
        return [("", field.empty_label), *((delivery.pk, str(delivery)) for delivery in latest)]

    def search(self, queryset: QuerySet[Any], name: str, text: str) -> QuerySet[Any]:
        """Part of serial number, asset tag, model (with its maker), note or room."""
        code = normalise_code(text) or text
        full_name = Concat(self.path("model__manufacturer__name"), Value(" "), self.path("model__name"))
        return queryset.alias(full_model_name=full_name).filter(
            contains(code, self.path("serial"), self.path("asset_tag"))
            | contains(text, "full_model_name", self.path("note"), self.path("room__name"))
        )

    def in_group(self, queryset: QuerySet[Any], _name: str, group: str) -> QuerySet[Any]:
        return queryset.filter(status__in=STATUS_GROUPS[group])

    def lacking(self, queryset: QuerySet[Any], _name: str, gap: str) -> QuerySet[Any]:
        return queryset.filter(gap_q(gap, self.path("pk"), self.path("model__category")))

    def tests_due(self, queryset: QuerySet[Any], _name: str, day: date) -> QuerySet[Any]:
        return queryset.filter(due_tests_q(day, self.path))

    def managed(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        wanted = _MANAGED_VALUES[value]
        return queryset.filter(Q(is_managed__isnull=True) if wanted is None else Q(is_managed=wanted))


class DeviceAsOfFilter(DeviceFilter):
    """The same questions about a past day: rows of ``DeviceState`` instead of ``Device``.

    Notes are searched where the device is visible today: the state of a past day may be seen by a school
    that the device has left.
    """

    renamed: Mapping[str, str] = {
        "since": "valid_from",
        "note": "seen_note",
        "pk": "device",
        **{
            field: f"device__{field}"
            for field in (
                "asset_tag",
                "delivery",
                "delivery__delivered_on",
                "financing__shares__programme",
                "manufacturer",
                "model",
                "model__category",
                "model__manufacturer__name",
                "model__name",
                "model__support_until",
                "model__warranty_months",
                "purchased_on",
                "serial",
            )
        },
    }

    class Meta:
        model = DeviceState
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], name: str, text: str) -> QuerySet[Any]:
        seen = queryset.as_seen_by(getattr(self.request, "user", None))  # type: ignore[attr-defined]
        return super().search(seen, name, text)


#: How far ahead the end of binding periods is looked for.
MONTHS = (3, 6, 12, 24, 60)
USUAL_MONTHS = 12


class BindingFilter(ListFilter):
    """Devices whose binding period ends in the next months, from ``day`` (today) on."""

    programme = ProgrammeChoice()
    category = django_filters.ModelChoiceFilter(
        field_name="model__category",
        queryset=_categories,
        to_field_name="key",
        label=_("Category"),
        empty_label=_("all categories"),
    )
    school = SchoolChoice()
    months = django_filters.ChoiceFilter(
        choices=[
            (str(n), ngettext_lazy("%(n)d month", "%(n)d months", "n") % {"n": n}) for n in MONTHS if n != USUAL_MONTHS
        ],
        method="ahead",
        label=_("Ends in the next"),
        empty_label=ngettext_lazy("%(n)d month", "%(n)d months", "n") % {"n": USUAL_MONTHS},
    )

    class Meta:
        model = Device
        fields: list[str] = []

    def __init__(self, *args: Any, day: date | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.day = day or timezone.localdate()

    @property
    def until(self) -> date:
        """The first day that is not looked at any more."""
        months = None if self.errors else self.form.cleaned_data.get("months")
        return add_months(self.day, int(months or USUAL_MONTHS))

    def filter_queryset(self, queryset: Any) -> QuerySet[Any]:
        return super().filter_queryset(queryset.leaving_binding(self.day, self.until))

    def ahead(self, queryset: QuerySet[Any], _name: str, _months: str) -> QuerySet[Any]:
        """Is looked at for all of them."""
        return queryset


class RefreshFilter(ListFilter):
    """Devices whose replacement is planned for."""

    school = SchoolChoice(null_label=_("central store"))
    category = django_filters.ModelChoiceFilter(
        field_name="model__category",
        queryset=_categories,
        to_field_name="key",
        label=_("Category"),
        empty_label=_("all categories"),
    )
    programme = ProgrammeChoice()

    class Meta:
        model = Device
        fields: list[str] = []


class ModelFilter(ListFilter):
    q = django_filters.CharFilter(method="search", label=_("Search"), max_length=100)
    category = django_filters.ModelChoiceFilter(
        queryset=_categories, to_field_name="key", label=_("Category"), empty_label=_("all categories")
    )

    class Meta:
        model = DeviceModel
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        return queryset.filter(contains(text, "name", "manufacturer__name"))


class OrderFilter(ListFilter):
    """Rows of ``Order`` that are ``with_backlog``."""

    STATES: Mapping[str, Mapping[str, Any]] = {
        "open": {"outstanding__gt": 0},
        "overdue": {"is_overdue": True},
        "complete": {"outstanding": 0},
    }

    q = django_filters.CharFilter(method="search", label=_("Search"), max_length=100)
    state = django_filters.ChoiceFilter(
        choices=[("open", _("outstanding")), ("overdue", _("overdue")), ("complete", _("complete"))],
        method="in_state",
        label=_("State"),
        empty_label=_("all orders"),
    )
    expected_from = DayFilter(field_name="expected_on", lookup_expr="gte", label=_("Expected (from)"))
    expected_to = DayFilter(field_name="expected_on", lookup_expr="lte", label=_("Expected (to)"))

    class Meta:
        model = Order
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        return queryset.filter(contains(text, self.path("number"), self.path("supplier")))

    def in_state(self, queryset: QuerySet[Any], _name: str, state: str) -> QuerySet[Any]:
        return queryset.filter(**self.STATES[state])


class OrderLineFilter(OrderFilter):
    """The same for the lines of orders, as of any day: without what of an order has no day, or lies ahead."""

    renamed: Mapping[str, str] = {"number": "order__number", "supplier": "order__supplier"}

    state = None
    expected_from: Any = None
    expected_to: Any = None
    category = django_filters.ModelChoiceFilter(
        field_name="model__category",
        queryset=_categories,
        to_field_name="key",
        label=_("Category"),
        empty_label=_("all categories"),
    )
    model = django_filters.ModelChoiceFilter(queryset=_models, label=_("Model"), empty_label=_("all models"))

    class Meta:
        model = OrderLine
        fields: list[str] = []


class DeliveryFilter(ListFilter):
    q = django_filters.CharFilter(method="search", label=_("Search"), max_length=100)
    school = SchoolChoice(null_label=_("central store"))
    delivered_from = DayFilter(field_name="delivered_on", lookup_expr="gte", label=_("Delivered (from)"))
    delivered_to = DayFilter(field_name="delivered_on", lookup_expr="lte", label=_("Delivered (to)"))

    class Meta:
        model = Delivery
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        return queryset.filter(contains(text, "note_number", "order__number", "order__supplier"))
