"""What the pages of devices show: the list of any day, one device with its papers, entries and their neighbours."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import Entry
from audit.queries import entries_about
from inventory.binding import binding_warnings, bindings_of
from inventory.boards import crowding
from inventory.filters import DeviceAsOfFilter, DeviceFilter
from inventory.models import Device, DeviceState, DeviceTest, HandOut
from inventory.warranty import cover_of
from schools.access import only_school_of, sees_everything
from schools.audit_scope import fields_hidden_from
from schools.models import Room, School
from web.board_reading import installation_of
from web.dates import day_context, read_as_of
from web.defect_reading import of_device
from web.forms.devices import VALUES
from web.histories import deeds_of, history_context, neighbours, next_after, until_text
from web.lists import PER_PAGE, chips_of, dressed, filters_of
from web.retirement_reading import of_device as retirements_of


class Row(NamedTuple):
    """One line of the list. ``placed``: the device, or its state on the day; ``is_linked``: it has a page to see."""

    device: Device
    placed: Any
    since: date
    is_linked: bool

    @property
    def serial(self) -> str:
        """Empty where it already stands in the first column."""
        return self.device.serial if self.device.asset_tag else ""

    @property
    def managed(self) -> str:
        return {True: _("yes"), False: _("no"), None: ""}[self.placed.is_managed]


def list_context(request: HttpRequest) -> dict[str, Any]:
    """``?as_of=`` gives the list as it was on that day."""
    day = read_as_of(request)
    found = _filtered(request, day)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "filter_form": dressed(found.form),
        "page_obj": page,
        "rows": _rows(request.user, page.object_list),
        "chips": chips_of(found.form, request.GET),
        "filters": filters_of(request.GET),
        "has_one_school": only_school_of(request.user) is not None,
        **day_context(day),
    }


def _filtered(request: HttpRequest, day: date) -> DeviceFilter:
    """Today's list from the devices, any other day's from their states."""
    if day == timezone.localdate():
        return DeviceFilter(request.GET, Device.objects.visible_to(request.user).with_names(), request=request)
    states = DeviceState.objects.visible_to(request.user).as_of(day).order_by("-device_id")
    named = states.select_related("device__model__manufacturer", "device__model__category", "school", "room")
    return DeviceAsOfFilter(request.GET, named, request=request)


def _rows(user: Any, found: Iterable[Any]) -> list[Row]:
    """A school sees where a device was in its time, but no page of a device that is elsewhere now."""
    found = list(found)
    past = [row.device_id for row in found if isinstance(row, DeviceState)]
    if not past:
        return [Row(device, device, device.since, True) for device in found]
    here = set(past if sees_everything(user) else _keys(Device.objects.visible_to(user).filter(pk__in=past)))
    return [Row(state.device, state, state.valid_from, state.device_id in here) for state in found]


def _keys(devices: QuerySet[Device]) -> Iterable[int]:
    return devices.order_by().values_list("pk", flat=True)


def with_papers(devices: QuerySet[Device]) -> QuerySet[Device]:
    """Devices with all that their page names, in one query."""
    return devices.select_related(
        "model__manufacturer",
        "model__category",
        "school",
        "room__building",
        "order_line__order",
        "delivery",
        "financing",
    )


def detail_context(request: HttpRequest, device: Device) -> dict[str, Any]:
    """``?all=1`` tells superseded entries, too; ``?as_of=`` shows the state of another day on top."""
    day = read_as_of(request)
    facts = list(facts_about(request, device).select_related("act__user", "school", "room"))
    entries = list(entries_about(device))
    believed = [state for state in facts if state.superseded_at is None]
    return {
        "device": device,
        "binding": bindings_of([device]).get(device.pk),
        "placed": next((state for state in believed if _is_valid(state, day)), None),
        **history_context(facts, VALUES, entries, is_whole=bool(request.GET.get("all"))),
        "tests": DeviceTest.objects.visible_to(request.user).known().filter(device=device).order_by("-valid_from"),
        "cover": cover_of(device, day),
        "hand_out": HandOut.objects.visible_to(request.user).as_of(day).filter(device=device).first(),
        **of_device(request.user, device),
        "retirements": retirements_of(request.user, device),
        **installation_of(request.user, device),
        "deeds": _deeds(request.user, entries, facts),
        "sees_everything": sees_everything(request.user),
        **day_context(day),
    }


def recorded_text(request: HttpRequest, device: Device, day: date) -> str:
    """The message after a change from ``day`` on; where a later entry follows, until when it applies."""
    text = _("The new state of %(device)s is recorded.") % {"device": device}
    later = next_after(facts_about(request, device).known().select_related("school"), day)
    if later is None:
        return text
    place = later.school.name if later.school else _("central store")
    return f"{text} {until_text(later, f'{later.get_status_display()}, {place}')}"


def move_warnings(
    request: HttpRequest, devices: QuerySet[Device] | Sequence[Device], changes: Mapping[str, Any]
) -> list[str]:
    """What should be known before ``changes`` move devices: to which school money ties them, which rooms are full."""
    school = School.objects.visible_to(request.user).filter(pk=changes.get("school") or None).first()
    bound = binding_warnings(devices, school, day=changes["on"]) if school else []
    return [*bound, *crowding(devices, changes)]


def facts_about(request: HttpRequest, device: Device) -> Any:
    """All rows about a device, by day: believed ones and superseded ones."""
    return DeviceState.objects.visible_to(request.user).filter(device=device).order_by("valid_from", "pk")


def entries_of(request: HttpRequest, pk: int) -> QuerySet[DeviceState]:
    """Entries of a device that the person sees today, with all that a page names."""
    here = Device.objects.visible_to(request.user).filter(pk=pk)
    states = DeviceState.objects.visible_to(request.user).filter(device__in=here)
    return states.select_related("device__model__category", "device__model__manufacturer", "school", "room")


def neighbours_of(request: HttpRequest, state: DeviceState) -> tuple[DeviceState | None, DeviceState | None]:
    """The entries before and after, as they are believed now."""
    return neighbours(facts_about(request, state.device).known().select_related("school", "room"), state)


def _is_valid(state: DeviceState, day: date) -> bool:
    return state.valid_from <= day and (state.valid_until is None or state.valid_until > day)


def _deeds(user: Any, entries: Iterable[Entry], facts: Iterable[DeviceState]) -> list[Any]:
    """The audit trail is for people of the authority: it names other schools, and with the right for it prices."""
    if not sees_everything(user):
        return []
    names = {
        School: {fact.school_id: str(fact.school) for fact in facts if fact.school_id},
        Room: {fact.room_id: str(fact.room) for fact in facts if fact.room_id},
    }
    return deeds_of(entries, Device, names, hidden=fields_hidden_from(user))
