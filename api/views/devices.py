"""Devices of today and of past days, their history, and bulk changes."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.serializers.bulk import DiffSerializer
from api.serializers.devices import (
    CorrectionInput,
    DetailsChange,
    DeviceDetailSerializer,
    DeviceInput,
    DeviceSerializer,
    DevicesInput,
    DeviceStateSerializer,
    FinanceInput,
    PlacementInput,
    TransitionInput,
)
from api.serializers.schools import ReasonInput
from api.versions import matching
from api.views.authority import check_money, check_target, require_here
from api.views.base import ChangeMixin, CreateMixin, DatedViewSet, actor
from api.views.bulk import STATE, at_ids, carried_out, diff_data, named, refused_fields
from common.diff import Diff, RowsRefused
from inventory.binding import binding_warnings, financing_warnings
from inventory.boards import crowding
from inventory.filters import DeviceAsOfFilter, DeviceFilter
from inventory.models import Device, DeviceState
from inventory.services import (
    NewDevice,
    add_devices,
    change_device,
    change_devices,
    correct_state,
    edit_device,
    withdraw_state,
)
from inventory.services.details import EDITABLE
from inventory.services.financing import finance_devices
from inventory.services.states import Placed
from schools.access import Right, require


class DeviceViewSet(CreateMixin, ChangeMixin, DatedViewSet):
    serializer_class = DeviceSerializer
    state_serializer_class = DeviceStateSerializer
    filterset_classes = [DeviceFilter, DeviceAsOfFilter]
    record = "device"
    dated = {
        "since": "valid_from",
        "note": "seen_note",
        "status": "status",
        "school": "school",
        "room": "room",
        "use": "use",
        "is_managed": "is_managed",
    }
    inputs = {
        "create": DeviceInput,
        "bulk": DevicesInput,
        "partial_update": DetailsChange,
        "finance": FinanceInput,
        "place": PlacementInput,
        "transition": TransitionInput,
        "correct": CorrectionInput,
        "withdraw": ReasonInput,
    }
    outputs = {
        **dict.fromkeys(("transition", "bulk", "finance"), DiffSerializer),
        **dict.fromkeys(
            ("retrieve", "create", "partial_update", "place", "correct", "withdraw"), DeviceDetailSerializer
        ),
    }
    rights = {
        "create": Right.EDIT,
        "bulk": Right.EDIT,
        "partial_update": Right.EDIT,
        "finance": Right.FUND,
        "place": Right.BOOK,
        "transition": Right.BOOK,
        "correct": Right.CORRECT,
        "withdraw": Right.CORRECT,
    }

    def today(self) -> QuerySet[Device]:
        return Device.objects.visible_to(self.request.user).with_names().select_related("financing")

    def history(self) -> Any:
        states = DeviceState.objects.visible_to(self.request.user)
        seen = states.as_seen_by(self.request.user)
        return seen.select_related(
            "device__model__manufacturer", "device__model__category", "device__financing", "school", "room"
        )

    def add(self, data: dict[str, Any]) -> Device:
        """Create one device with its first status."""
        reason = data.pop("reason", "")
        try:
            (row,) = add_devices([self._new(data)], by=actor(self.request), reason=reason).rows
        except RowsRefused as error:
            raise ValidationError(refused_fields(error.diff.rows[0])) from error
        assert row.id  # it is there now
        return self.today().get(pk=row.id)

    def change(self, record: Device, data: dict[str, Any]) -> None:
        """Set details that have no history of their own, and how the device was paid."""
        check_money(self.request.user, data)
        if "financing" in data:
            require(self.request.user, Right.FUND)
            financing, reason = data.pop("financing"), data.get("reason", "")
            finance_devices([record], financing, by=actor(self.request), reason=reason)
        if data.keys() - {"reason"}:
            edit_device(record, by=actor(self.request), **data)

    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        """Create many devices as one act, all or none; with ``dry_run`` say what would be."""
        data = self.read_input()
        new = [self._new(row) for row in data["devices"]]
        reason = data.get("reason", "")
        diff = carried_out(
            lambda: add_devices(new, by=actor(request), reason=reason),
            dry_run=data["dry_run"],
            places=lambda i, _row: ("devices", i),
        )
        return self._told(diff, data["dry_run"])

    @action(detail=False, methods=["post"])
    def transition(self, request: Request) -> Response:
        """Change many devices as one act, all or none; with ``dry_run`` say of each what would be."""
        change = self.read_input()
        check_target(request.user, change, Right.BOOK)
        dry_run, keys = change.pop("dry_run"), change.pop("ids")
        devices = named(Device.objects.visible_to(request.user).only("pk"), keys)
        require_here(request.user, Right.BOOK, keys, change["on"])
        crowded = crowding(devices, change)
        diff = carried_out(
            lambda: change_devices(devices, by=actor(request), **change), dry_run=dry_run, places=at_ids(keys)
        )
        warnings = [*binding_warnings(devices, change.get("school"), change.get("status"), change["on"]), *crowded]
        return self._told(diff, dry_run, warnings)

    @action(detail=False, methods=["post"])
    def finance(self, request: Request) -> Response:
        """Say how many devices were paid; the warnings name what speaks against it."""
        said = self.read_input()
        dry_run, keys, financing = said.pop("dry_run"), said.pop("ids"), said.pop("financing")
        devices = named(Device.objects.visible_to(request.user).only("pk"), keys)
        warnings = financing_warnings(devices, financing) if financing else []
        diff = carried_out(
            lambda: finance_devices(devices, financing, by=actor(request), **said), dry_run=dry_run, places=at_ids(keys)
        )
        return self._told(diff, dry_run, warnings)

    @action(detail=True, methods=["post"], url_path="change", url_name="change")
    def place(self, request: Request, pk: str) -> Response:
        """Record that from a day on the device has another status, place or use."""
        device, change = self.get_object(), self.read_input()
        check_target(request.user, change, Right.BOOK)
        require_here(request.user, Right.BOOK, [device.pk], change["on"])
        with matching(request, device):
            change_device(device, by=actor(request), **change)
        return self.answer(device)

    @action(detail=True, methods=["post"], url_path=f"states/{STATE}/correct")
    def correct(self, request: Request, pk: str, state_pk: str) -> Response:
        """Supersede a wrong entry of the history by a better one."""
        device, state, change = self.get_object(), self._state(pk, state_pk), self.read_input()
        check_target(request.user, change, Right.CORRECT)
        if "on" in change:
            self._require_before(state)
        with matching(request, device):
            correct_state(state, by=actor(request), **change)
        return self.answer(device)

    @action(detail=True, methods=["post"], url_path=f"states/{STATE}/withdraw")
    def withdraw(self, request: Request, pk: str, state_pk: str) -> Response:
        """Take back an entry that should never have been made; the one before applies again."""
        device, state, data = self.get_object(), self._state(pk, state_pk), self.read_input()
        self._require_before(state)
        with matching(request, device):
            withdraw_state(state, by=actor(request), **data)
        return self.answer(device)

    def _state(self, pk: str, state_pk: str) -> DeviceState:
        states = DeviceState.objects.visible_to(self.request.user).known()
        return get_object_or_404(states, device=pk, pk=state_pk)

    def _require_before(self, state: DeviceState) -> None:
        """What takes days away from the entry before, or gives them back to it, needs the right there."""
        day = max(state.valid_from, date.min + timedelta(days=1)) - timedelta(days=1)
        require_here(self.request.user, Right.CORRECT, [state.device_id], day)

    def _told(self, diff: Diff, dry_run: bool, warnings: Sequence[str] = ()) -> Response:
        told = diff_data(diff, dry_run=dry_run, user=self.request.user, warnings=warnings)
        return Response(self.get_serializer(told).data)

    def _new(self, data: Mapping[str, Any]) -> NewDevice:
        check_money(self.request.user, data)
        check_target(self.request.user, data, Right.EDIT)
        model, school, room = data["model"], data["school"], data["room"]
        use = data.get("use", model.category.default_use)
        placed = Placed(
            data["status"], school.pk if school else None, room.pk if room else None, use, data["is_managed"]
        )
        details = {name: data[name] for name in EDITABLE if name in data}
        return NewDevice(on=data["on"], placed=placed, **details)
