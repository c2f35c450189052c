"""What leaves its binding period: devices, and the works that programmes paid for."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.functional import cached_property

from common.bulk import ids
from funding.binding import Binding, binding_end, binding_ends, last_end, programmes_of_financings
from funding.enums import BindingStart
from funding.models import Programme
from inventory.binding import DeviceBinding, bindings_of
from inventory.models import Device
from inventory.querysets import DeviceQuerySet
from rollout.models import ConstructionProject
from rollout.progress import works_on


class BoundDevice(NamedTuple):
    device: Device
    binding: DeviceBinding


class BoundProject(NamedTuple):
    """``accepted_on``: from when a binding period is counted that begins with the purchase."""

    project: ConstructionProject
    accepted_on: date | None
    bindings: list[Binding]

    @property
    def until(self) -> date | None:
        return last_end(self.bindings)


class BindingList:
    """What leaves its binding period from ``first`` until ``until`` (half-open), the first to leave in front.

    ``devices`` and ``projects`` went through ``visible_to``, and through the filters of a page.
    """

    def __init__(
        self, first: date, until: date, devices: DeviceQuerySet, projects: QuerySet[ConstructionProject]
    ) -> None:
        self.first, self.until = first, until
        self._devices, self._projects = devices, projects

    @cached_property
    def devices(self) -> list[BoundDevice]:
        bindings = bindings_of(self._devices.order_by().values_list("pk", flat=True))
        rows = self._devices.with_names().select_related("room__building", "financing").order_by("pk")
        found = [BoundDevice(device, bindings[device.pk]) for device in rows if device.pk in bindings]
        return sorted(found, key=lambda one: one.binding.until or date.max)

    @cached_property
    def projects(self) -> list[BoundProject]:
        programmes = programmes_of_financings()
        rows = list(self._projects.filter(financing__in=ids(pk for pk in programmes if self._may_end(programmes[pk]))))
        accepted = {works.project.pk: works.accepted_on for works in works_on(rows, self.first)}
        found = [
            BoundProject(row, accepted[row.pk], binding_ends(programmes[row.financing_id or 0], accepted[row.pk]))
            for row in rows
        ]
        leaving = [one for one in found if one.until and self.first <= one.until < self.until]
        return sorted(leaving, key=lambda one: one.until or date.max)

    def _may_end(self, programmes: Iterable[Programme]) -> bool:
        """Whether a binding period ends in this time, or is counted from the acceptance."""
        return any(
            one.binding_start == BindingStart.PURCHASE
            or self.first <= (binding_end(one, None) or date.max) < self.until
            for one in programmes
        )
