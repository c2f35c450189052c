"""Holding devices for a change: in one order for all, before the act takes its instant, which no other's may follow."""

from collections.abc import Iterable
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.bulk import ids
from inventory.models import Device


class Locked(NamedTuple):
    """What a change needs to know of a device. ``workflow``: of its category."""

    label: str
    school: int | None
    status: str
    workflow: str


def lock_devices(devices: Iterable[int]) -> dict[int, Locked]:
    """Lock the devices in the order of their keys; raises ``ValidationError`` where one was taken back meanwhile."""
    wanted = set(devices)
    rows = Device.objects.existing().filter(pk__in=ids(wanted)).select_for_update(of=("self",)).order_by("pk")
    values = rows.values_list("pk", "asset_tag", "serial", "school", "status", "model__category__workflow")
    found = {pk: Locked(tag or serial, *rest) for pk, tag, serial, *rest in values}
    refuse_revoked(wanted, found)
    return found


def refuse_revoked(wanted: Iterable[int], found: Iterable[int]) -> None:
    """Raise ``ValidationError`` where a device was taken back since somebody looked at it."""
    if set(wanted) - set(found):
        raise revoked()


def revoked() -> ValidationError:
    return ValidationError(_("A device is not there any more: its import was undone meanwhile."), "revoked")
