"""Schools, sites, rooms and headcounts."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from api.serializers.queries import AsOfQuery
from api.serializers.schools import HeadcountSerializer, RoomSerializer, SchoolSerializer, SiteSerializer
from api.views.base import ReadViewSet
from schools.filters import SchoolFilter
from schools.models import Headcount, Room, School, Site, SiteUse


def visible_uses(user: Any, path: str = "uses") -> "Prefetch[Any]":
    """Which schools use a site, as far as ``user`` may know."""
    return Prefetch(path, SiteUse.objects.visible_to(user).select_related("school"))


class SchoolViewSet(ReadViewSet):
    serializer_class = SchoolSerializer
    filterset_classes = [SchoolFilter]
    lookup_field = "number"
    lookup_value_regex = "[0-9]{6}"

    def get_queryset(self) -> QuerySet[School]:
        return School.objects.visible_to(self.request.user)


class SiteViewSet(ReadViewSet):
    serializer_class = SiteSerializer

    def get_queryset(self) -> QuerySet[Site]:
        user = self.request.user
        return Site.objects.visible_to(user).prefetch_related(visible_uses(user))


class RoomViewSet(ReadViewSet):
    serializer_class = RoomSerializer

    def get_queryset(self) -> QuerySet[Room]:
        rooms = Room.objects.visible_to(self.request.user).select_related("school", "building")
        return rooms.order_by("school__sort_key", "building__name", "name", "pk")


class HeadcountViewSet(ReadViewSet):
    """The headcounts that hold on a day: one per school that has any."""

    serializer_class = HeadcountSerializer
    queries = {"list": AsOfQuery}
    http_method_names = ["get", "head", "options"]

    def get_queryset(self) -> QuerySet[Headcount]:
        day = self.query.get("as_of") or timezone.localdate()
        counts = Headcount.objects.visible_to(self.request.user).as_of(day, self.query.get("known_at"))
        return counts.select_related("school").order_by("school__sort_key", "school__number")
