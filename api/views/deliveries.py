"""Deliveries: the live check of codes, booking, filing past ones, and what came with them."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.serializers.deliveries import CheckSerializer, CodesInput, DeliveryInput, DeliverySerializer, FilingInput
from api.serializers.devices import DeviceSerializer
from api.views.authority import AuthorityMixin
from api.views.base import CreateMixin, ReadViewSet, actor
from inventory.models import Delivery, Device
from inventory.services import book_delivery, file_delivery
from inventory.services.receipt import Code, check_codes, message_of
from schools.access import Right


class DeliveryViewSet(AuthorityMixin, CreateMixin, ReadViewSet):
    """A school sees deliveries to itself."""

    serializer_class = DeliverySerializer
    paged = ("list", "devices")
    inputs = {"create": DeliveryInput, "check": CodesInput, "file": FilingInput}
    outputs = {"check": CheckSerializer, "devices": DeviceSerializer}
    rights = {"create": Right.BOOK, "check": Right.BOOK, "file": Right.BOOK}

    def get_queryset(self) -> QuerySet[Delivery]:
        return Delivery.objects.visible_to(self.request.user).with_devices()

    def add(self, data: dict[str, Any]) -> Delivery:
        """Book a delivery: a device comes into being for each code, all or none."""
        codes = [Code(**code) for code in data.pop("codes")]
        return book_delivery(data.pop("order"), serials=codes, by=actor(self.request), **data)

    @action(detail=False, methods=["post"])
    def check(self, request: Request) -> Response:
        """Say of each code whether it can be booked; nothing is written."""
        data = self.read_input()
        checked = check_codes(data["order"], [Code(**code) for code in data["codes"]])
        told = [code._asdict() | {"message": message_of(code) if code.problem else ""} for code in checked]
        problems = sum(bool(code.problem) for code in checked)
        answer = {"good": len(checked) - problems, "problems": problems, "codes": told}
        return Response(self.get_serializer(answer).data)

    @action(detail=False, methods=["post"])
    def file(self, request: Request) -> Response:
        """Record a past delivery of devices that are in the inventory already: they get their order line."""
        data = self.read_input()
        codes = [Code(**code) for code in data.pop("codes")]
        delivery = file_delivery(data.pop("order"), serials=codes, by=actor(request), **data)
        return self.answer(delivery, 201)

    @action(detail=True)
    def devices(self, request: Request, pk: str) -> Response:
        """The devices that came with it, as far as you may see them."""
        devices = Device.objects.visible_to(request.user).filter(delivery=self.get_object().pk)
        return self.paged_answer(devices.with_names().order_by("pk"))
