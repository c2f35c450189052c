"""Schools, sites, buildings, rooms and headcounts."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.serializers.queries import AsOfQuery
from api.serializers.schools import (
    BuildingChange,
    BuildingInput,
    BuildingSerializer,
    HeadcountInput,
    HeadcountSerializer,
    RoomChange,
    RoomInput,
    RoomSerializer,
    SchoolChange,
    SchoolInput,
    SchoolSerializer,
    SiteChange,
    SiteInput,
    SiteSerializer,
)
from api.views.authority import AuthorityMixin, require_everywhere
from api.views.base import ChangeMixin, CreateMixin, ReadViewSet, actor
from schools import editing
from schools.access import Right
from schools.filters import SchoolFilter
from schools.models import Building, Headcount, Room, School, Site, SiteUse
from schools.services import Address

_EDIT = {"create": Right.EDIT, "partial_update": Right.EDIT}


def visible_uses(user: Any, path: str = "uses") -> "Prefetch[Any]":
    """Which schools use a site, as far as ``user`` may know."""
    return Prefetch(path, SiteUse.objects.visible_to(user).select_related("school"))


def _address(data: dict[str, Any]) -> Address:
    """Takes what belongs to an address out of ``data``."""
    return Address(**{name: data.pop(name) for name in Address._fields if name in data})


class SchoolViewSet(CreateMixin, ChangeMixin, ReadViewSet):
    serializer_class = SchoolSerializer
    filterset_classes = [SchoolFilter]
    lookup_field = "number"
    lookup_value_regex = "[0-9]{6}"
    inputs = {"create": SchoolInput, "partial_update": SchoolChange}
    rights = _EDIT

    def get_queryset(self) -> QuerySet[School]:
        return School.objects.visible_to(self.request.user)

    def add(self, data: dict[str, Any]) -> School:
        """Schools come into being by the authority."""
        require_everywhere(self.request.user, Right.EDIT)
        address = data.pop("address", None)
        return editing.add_school(by=actor(self.request), address=Address(**address) if address else None, **data)

    def change(self, record: School, data: dict[str, Any]) -> None:
        editing.edit_school(record, by=actor(self.request), **data)


class SiteViewSet(AuthorityMixin, CreateMixin, ChangeMixin, ReadViewSet):
    """Schools may share one, and who uses it sees the works on it: a token for one school writes none."""

    serializer_class = SiteSerializer
    inputs = {"create": SiteInput, "partial_update": SiteChange}
    rights = _EDIT

    def get_queryset(self) -> QuerySet[Site]:
        user = self.request.user
        return Site.objects.visible_to(user).prefetch_related(visible_uses(user))

    def add(self, data: dict[str, Any]) -> Site:
        """Lets a school use the site at an address."""
        return editing.use_site(data.pop("school"), _address(data), by=actor(self.request), **data)

    def change(self, record: Site, data: dict[str, Any]) -> None:
        editing.edit_site(record, by=actor(self.request), **data)


class BuildingViewSet(AuthorityMixin, CreateMixin, ChangeMixin, ReadViewSet):
    serializer_class = BuildingSerializer
    inputs = {"create": BuildingInput, "partial_update": BuildingChange}
    rights = _EDIT

    def get_queryset(self) -> QuerySet[Building]:
        return Building.objects.visible_to(self.request.user).order_by("site__sort_key", "site", "name", "pk")

    def add(self, data: dict[str, Any]) -> Building:
        return editing.add_building(data.pop("site"), by=actor(self.request), **data)

    def change(self, record: Building, data: dict[str, Any]) -> None:
        data.setdefault("name", record.name)
        editing.edit_building(record, by=actor(self.request), **data)


class RoomViewSet(CreateMixin, ChangeMixin, ReadViewSet):
    serializer_class = RoomSerializer
    inputs = {"create": RoomInput, "partial_update": RoomChange}
    rights = _EDIT

    def get_queryset(self) -> QuerySet[Room]:
        rooms = Room.objects.visible_to(self.request.user).select_related("school", "building")
        return rooms.order_by("school__sort_key", "building__name", "name", "pk")

    def add(self, data: dict[str, Any]) -> Room:
        return editing.add_room(data.pop("school"), by=actor(self.request), **data)

    def change(self, record: Room, data: dict[str, Any]) -> None:
        editing.edit_room(record, by=actor(self.request), **data)


class HeadcountViewSet(ReadViewSet):
    """The headcounts that hold on a day: one per school that has any."""

    serializer_class = HeadcountSerializer
    queries = {"list": AsOfQuery}
    inputs = {"create": HeadcountInput}
    rights = {"create": Right.EDIT}

    def get_queryset(self) -> QuerySet[Headcount]:
        day = self.query.get("as_of") or timezone.localdate()
        counts = Headcount.objects.visible_to(self.request.user).as_of(day, self.query.get("known_at"))
        return counts.select_related("school").order_by("school__sort_key", "school__number")

    def create(self, request: Request) -> Response:
        """Record what was counted on a day; a count of the same day is completed."""
        data = self.read_input()
        school, day = data.pop("school"), data.pop("valid_from")
        counted = editing.record_headcount(school, on=day, by=actor(request), **data)
        return Response(self.get_serializer(counted).data, 201)
