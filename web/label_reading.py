"""What the page of labels shows: which devices were chosen, on how many sheets they go, and how the first one looks."""

from typing import Any, NamedTuple, cast

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property

from inventory.filters import DeviceFilter
from inventory.models import Device, LabelSheet
from inventory.querysets import DeviceQuerySet
from reports.labels import MOST, Code, Label, code_of, labels_of, sheets_for
from web.forms.labels import LabelForm
from web.lists import chips_of, filters_of
from web.views.device_bulk import chosen_devices

#: Parameters of the page that say how labels are printed, not which.
HOW = ("sheet", "start", "line")
#: Filters that can be changed on the page itself; the others come along from the list of devices.
OFFERED = ("school", "room", "delivery")
#: Where a browser keeps what it printed on last time.
REMEMBERED = "labels"


class Place(NamedTuple):
    """One label of the first sheet: ``used`` before, ``filled`` now, or still ``free``."""

    number: int
    row: int
    column: int
    state: str


class Asked:
    """What somebody wants to print. Devices that are gone get no label."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.chosen = cast(DeviceQuerySet, chosen_devices(request))
        self.devices = self.chosen.present()
        self.form = LabelForm(self._how(), user=request.user)
        self.form.is_valid()

    def _how(self) -> QueryDict:
        """What was sent; where nothing was, what was used last time."""
        how = self.request.GET.copy()
        if "sheet" not in how:
            last = self.request.session.get(REMEMBERED, {})
            first = LabelSheet.objects.visible_to(self.request.user).first()
            how["sheet"] = str(last.get("sheet") or (first.pk if first else ""))
            how["line"] = last.get("line", settings.AUTHORITY_NAME)
        how.setdefault("start", "1")
        return how

    @property
    def sheet(self) -> LabelSheet | None:
        return self.form.cleaned_data.get("sheet")

    @property
    def start(self) -> int:
        return int(self.form.cleaned_data.get("start", 1))

    @property
    def line(self) -> str:
        return str(self.form.cleaned_data.get("line", ""))

    @cached_property
    def number(self) -> int:
        number: int = self.devices.count()
        return number

    @property
    def is_too_much(self) -> bool:
        return self.number > MOST

    @property
    def may_print(self) -> bool:
        return self.form.is_valid() and 0 < self.number <= MOST


def label_context(request: HttpRequest) -> dict[str, Any]:
    asked = Asked(request)
    # of a whole city the first would have to be looked for
    sample = None if asked.is_too_much else next(iter(labels_of(asked.devices, most=1)), None)
    filters = DeviceFilter(
        filters_of(request.GET, "device", *HOW), Device.objects.visible_to(request.user), request=request
    )
    return {
        "asked": asked,
        "form": asked.form,
        "most": MOST,
        "gone": asked.chosen.count() - asked.number,
        "sheets": sheets_for(asked.sheet, asked.number, start=asked.start) if asked.sheet else 0,
        "places": _places(asked.sheet, asked),
        "sample": sample,
        "code": _code(sample),
        **_choice(request, filters),
    }


def _choice(request: HttpRequest, filters: DeviceFilter) -> dict[str, Any]:
    """``ticked``: keys of devices chosen one by one; else ``filter_form``. ``hidden``: what comes along."""
    is_ticked = "device" in request.GET and request.GET.get("scope") != "all"
    along = filters_of(request.GET, "device", *HOW, *(() if is_ticked else OFFERED))
    return {
        "ticked": request.GET.getlist("device") if is_ticked else [],
        "filter_form": filters.form,
        "hidden": [(name, value) for name, values in along.lists() for value in values],
        "chips": [] if is_ticked else chips_of(filters.form, request.GET, leave_out=OFFERED),
        "back": filters_of(request.GET, "device", *HOW).urlencode(),
    }


def _code(sample: Label | None) -> Code | None:
    return code_of(sample.number) if sample else None


def _places(sheet: LabelSheet | None, asked: Asked) -> list[list[Place]]:
    """The first sheet row by row; a tape has no places to choose from."""
    if sheet is None or sheet.is_tape:
        return []
    return [
        [_place(row * sheet.columns + column + 1, row + 1, column + 1, asked) for column in range(sheet.columns)]
        for row in range(sheet.rows)
    ]


def _place(number: int, row: int, column: int, asked: Asked) -> Place:
    if number < asked.start:
        return Place(number, row, column, "used")
    return Place(number, row, column, "filled" if number < asked.start + asked.number else "free")
