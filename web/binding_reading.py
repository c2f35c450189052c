"""What leaves its binding period soon, in the order in which it does."""

from datetime import date
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from inventory.binding import DeviceBinding, bindings_of
from inventory.filters import BindingFilter
from inventory.models import Device
from reports.binding_list import BindingList
from rollout.models import ConstructionProject
from schools.access import Right, has_right, only_school_of
from web.dates import day_context
from web.funding_reading import tabs
from web.lists import PER_PAGE, chips_of, filters_of


class BoundRow(NamedTuple):
    device: Device
    binding: DeviceBinding

    @property
    def until(self) -> date | None:
        return self.binding.until


def binding_context(request: HttpRequest) -> dict[str, Any]:
    today = timezone.localdate()
    present = Device.objects.visible_to(request.user).present()
    found = BindingFilter(request.GET, present, request=request, day=today)
    bindings = bindings_of(list(found.qs.order_by("pk").values_list("pk", flat=True)))
    ordered = sorted(bindings, key=lambda pk: (bindings[pk].until or date.max, pk))
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    devices = Device.objects.visible_to(request.user).with_names().in_bulk(page.object_list)
    return {
        "projects": BindingList(today, found.until, present, bound_projects(request, found)).projects,
        "filter_form": found.form,
        "page_obj": page,
        "rows": [BoundRow(devices[pk], bindings[pk]) for pk in page.object_list if pk in devices],
        "chips": chips_of(found.form, request.GET),
        "filters": filters_of(request.GET),
        "until": found.until,
        "has_one_school": only_school_of(request.user) is not None,
        "tabs": tabs("web:binding_list") if has_right(request.user, Right.MONEY) else [],
        **day_context(today),
    }


def bound_projects(request: HttpRequest, devices: BindingFilter) -> QuerySet[ConstructionProject]:
    """Works, as far as the filters of the devices say something about them."""
    chosen = devices.form.cleaned_data if devices.form.is_valid() else {}
    projects: QuerySet[ConstructionProject] = ConstructionProject.objects.visible_to(request.user).select_related(
        "site", "building", "financing"
    )
    if chosen.get("category"):
        return projects.none()
    if programme := chosen.get("programme"):
        projects = projects.filter(financing__shares__programme=programme)
    if school := chosen.get("school"):
        projects = projects.filter(site__uses__school=school)
    return projects
