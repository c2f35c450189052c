"""Devices of today and of past days, their history, and bulk changes."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.serializers.devices import (
    CategorySerializer,
    DeviceModelSerializer,
    DeviceSerializer,
    DeviceStateSerializer,
    TransitionResult,
    TransitionSerializer,
)
from api.views.base import DatedViewSet, ReadViewSet, actor
from common.bulk import ids
from inventory.filters import DeviceAsOfFilter, DeviceFilter
from inventory.models import Category, Device, DeviceModel, DeviceState
from inventory.services import change_devices
from schools.access import Right


class CategoryViewSet(ReadViewSet):
    serializer_class = CategorySerializer
    lookup_field = "key"
    lookup_value_regex = "[a-z0-9_-]{1,40}"

    def get_queryset(self) -> QuerySet[Category]:
        return Category.objects.visible_to(self.request.user)


class DeviceModelViewSet(ReadViewSet):
    serializer_class = DeviceModelSerializer

    def get_queryset(self) -> QuerySet[DeviceModel]:
        models = DeviceModel.objects.visible_to(self.request.user).select_related("manufacturer", "category")
        return models.order_by("manufacturer__name", "name", "pk")


class DeviceViewSet(DatedViewSet):
    serializer_class = DeviceSerializer
    state_serializer_class = DeviceStateSerializer
    filterset_classes = [DeviceFilter, DeviceAsOfFilter]
    owner = "device_id"
    rights = {"transition": Right.BOOK}

    def today(self) -> QuerySet[Device]:
        return Device.objects.visible_to(self.request.user).with_names()

    def history(self) -> Any:
        states = DeviceState.objects.visible_to(self.request.user)
        seen = states.as_seen_by(self.request.user)
        return seen.select_related("device__model__manufacturer", "device__model__category", "school", "room")

    def as_it_was(self, state: Any) -> Device:
        device: Device = state.device
        device.since, device.note = state.valid_from, state.seen_note
        for name in ("status", "school", "room", "use", "is_managed"):
            setattr(device, name, getattr(state, name))
        return device

    @extend_schema(request=TransitionSerializer, responses=TransitionResult)
    @action(detail=False, methods=["post"], serializer_class=TransitionSerializer)
    def transition(self, request: Request) -> Response:
        """Changes many devices as one act, all or none. A trial run (``dry_run``) reports the same refusals."""
        order = self.get_serializer(data=request.data)
        order.is_valid(raise_exception=True)
        change = dict(order.validated_data)
        dry_run, devices = change.pop("dry_run"), self._named(change.pop("ids"))
        with transaction.atomic():
            changed = change_devices(devices, by=actor(request), **change)
            if dry_run:
                transaction.set_rollback(True)
        return Response(TransitionResult({"dry_run": dry_run, "selected": len(devices), "changed": changed}).data)

    def _named(self, keys: list[int]) -> list[Device]:
        """All or nothing, without telling which: what is not visible does not exist."""
        devices = list(Device.objects.visible_to(self.request.user).filter(pk__in=ids(set(keys))).only("pk"))
        if len(devices) < len(set(keys)):
            raise Http404
        return devices
