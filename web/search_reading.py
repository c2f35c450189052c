"""Hits of the search as lines of a page: where they lead, and what is said about them."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reports.enums import ListName, SearchKind
from reports.search import Findings, Hit


class Line(NamedTuple):
    """``about``: what tells the record from others of its name."""

    hit: Hit
    url: str
    label: str
    about: list[str]


class Section(NamedTuple):
    """``more``: address of the list that shows all of them, where there are more."""

    kind: SearchKind
    lines: list[Line]
    more: str


def sections_of(findings: Findings) -> list[Section]:
    return [
        Section(group.kind, lines_of(group.hits), list_url(group.kind, findings.text) if group.has_more else "")
        for group in findings.groups
    ]


def lines_of(hits: Iterable[Hit]) -> list[Line]:
    return [_line(hit) for hit in hits]


def page_of(hit: Hit) -> str:
    return _PAGES[hit.kind](hit.record)


def list_url(kind: SearchKind, text: str) -> str:
    """The list of this kind, searched for the same."""
    return f"{_LISTS[kind]()}?{_query(q=text)}"


def _line(hit: Hit) -> Line:
    label, *about = _TOLD[hit.kind](hit.record)
    return Line(hit, page_of(hit), label, [part for part in about if part])


def _query(**values: Any) -> str:
    query = QueryDict(mutable=True)
    query.update(values)
    return query.urlencode()


def _room_page(room: Any) -> str:
    return f"{reverse('web:device_list')}?{_query(school=room.school.number, room=room.pk)}"


_PAGES: dict[SearchKind, Callable[[Any], str]] = {
    SearchKind.DEVICE: lambda device: reverse("web:device_detail", args=[device.pk]),
    SearchKind.SCHOOL: lambda school: reverse("web:school_detail", args=[school.number]),
    SearchKind.ROOM: _room_page,
    SearchKind.ORDER: lambda order: reverse("web:order_detail", args=[order.pk]),
    SearchKind.DELIVERY: lambda delivery: reverse("web:delivery_detail", args=[delivery.pk]),
    SearchKind.PROJECT: lambda project: reverse("web:project_detail", args=[project.pk]),
}
_LISTS: dict[SearchKind, Callable[[], str]] = {
    SearchKind.DEVICE: lambda: reverse("web:device_list"),
    SearchKind.SCHOOL: lambda: reverse("web:school_list"),
    SearchKind.ROOM: lambda: reverse("web:list_table", args=[ListName.ROOMS]),
    SearchKind.ORDER: lambda: reverse("web:list_table", args=[ListName.ORDERS]),
    SearchKind.DELIVERY: lambda: reverse("web:list_table", args=[ListName.DELIVERIES]),
    SearchKind.PROJECT: lambda: reverse("web:project_list"),
}


def _device(device: Any) -> tuple[str, ...]:
    serial = device.serial if device.asset_tag else ""
    place = device.school.name if device.school else _("central store")
    return str(device), serial, str(device.model), place, str(device.room or "")


def _school(school: Any) -> tuple[str, ...]:
    return school.name, school.number, school.get_school_type_display(), school.district


def _room(room: Any) -> tuple[str, ...]:
    return room.name, room.school.name, room.building.name


def _order(order: Any) -> tuple[str, ...]:
    return order.number, order.supplier, _day(order.ordered_on)


def _delivery(delivery: Any) -> tuple[str, ...]:
    place = delivery.school.name if delivery.school else _("central store")
    order = _("Order %(number)s") % {"number": delivery.order.number}
    return delivery.note_number, order, place, _day(delivery.delivered_on)


def _project(project: Any) -> tuple[str, ...]:
    return str(project), str(project.building or ""), project.title


def _day(day: Any) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


_TOLD: dict[SearchKind, Callable[[Any], tuple[str, ...]]] = {
    SearchKind.DEVICE: _device,
    SearchKind.SCHOOL: _school,
    SearchKind.ROOM: _room,
    SearchKind.ORDER: _order,
    SearchKind.DELIVERY: _delivery,
    SearchKind.PROJECT: _project,
}
