"""What waits for somebody today, by what they may do: each number leads to the list that shows exactly these.

Kinds of tiles need a right; who has several roles sees what all of them ask for.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from costs.enums import CostStage
from costs.models import CostPart
from imports.enums import BatchStatus
from imports.models import ImportBatch
from inventory.enums import BROKEN, COUNTS, DefectStatus, DeviceStatus
from inventory.models import Device, DeviceDefect, Order
from reports.enums import ListName
from reports.models import Publication
from rollout.enums import RUNNING, ProjectStatus
from rollout.models import ConstructionProject, Milestone, WorksDefect
from schools.access import Right, has_right, has_right_everywhere, sees_everything
from schools.models import School

#: So far ahead deliveries and sessions are announced.
AHEAD = timedelta(days=30)


class Duty(NamedTuple):
    """``url``: the list behind it. ``is_urgent``: something is late or broken, and there is some of it."""

    label: Promise | str
    text: str
    url: str
    note: str = ""
    is_urgent: bool = False


class Group(NamedTuple):
    title: Promise | str
    duties: list[Duty]


def duties_for(user: Any, today: date, school: School | None = None) -> list[Group]:
    """``school``: the one that somebody looks after, whose page is their dashboard."""
    groups = [Group(title, list(duties(user, today, school))) for title, is_for, duties in _GROUPS if is_for(user)]
    return [group for group in groups if group.duties]


def _deliveries(user: Any, today: date, _school: School | None) -> Iterator[Duty]:
    soon = {"state": "open", "expected_from": today.isoformat(), "expected_to": (today + AHEAD).isoformat()}
    orders = Order.objects.visible_to(user).with_backlog(today)
    due = Q(outstanding__gt=0, expected_on__gte=today, expected_on__lte=today + AHEAD)
    counts = orders.aggregate(
        late=Count("pk", filter=Q(is_overdue=True)),
        due=Count("pk", filter=due),
        open=Count("pk", filter=Q(outstanding__gt=0)),
    )
    yield _number(_("Overdue deliveries"), counts["late"], _table(ListName.ORDERS, state="overdue"), is_bad=True)
    yield _number(_("Deliveries in the next 30 days"), counts["due"], _table(ListName.ORDERS, **soon))
    yield _number(_("Orders outstanding"), counts["open"], _table(ListName.ORDERS, state="open"))
    waiting = ImportBatch.objects.visible_to(user).filter(status=BatchStatus.PREVIEWED).count()
    yield _number(_("Imports to decide on"), waiting, _page("import_list", status=BatchStatus.PREVIEWED))


def _devices(user: Any, _today: date, school: School | None) -> Iterator[Duty]:
    is_delivered = Q(status=DeviceStatus.DELIVERED)
    counts = _here(Device.objects.visible_to(user), school).aggregate(
        serving=Count("pk", filter=Q(status__in=COUNTS)),
        broken=Count("pk", filter=Q(status__in=BROKEN)),
        delivered=Count("pk", filter=is_delivered),
        homeless=Count("pk", filter=is_delivered & Q(school__isnull=True)),
    )
    here = {"school": school.number} if school else {}
    defects = _here(DeviceDefect.objects.visible_to(user).open(), school).aggregate(
        open=Count("pk"), reported=Count("pk", filter=Q(status=DefectStatus.REPORTED))
    )
    if sees_everything(user):
        url = _table(ListName.DEVICE_DEFECTS, state=DefectStatus.REPORTED)
        yield _number(_("Reported defects, not taken over"), defects["reported"], url, is_bad=True)
        url = _page("device_list", status=DeviceStatus.DELIVERED, school="null")
        yield _number(_("Delivered, without a school yet"), counts["homeless"], url)
    else:
        yield _number(_("Devices in service"), counts["serving"], _page("device_list", status_group="counts", **here))
        url = _page("device_list", status=DeviceStatus.DELIVERED, **here)
        yield _number(_("Delivered, not in service yet"), counts["delivered"], url)
    url = _table(ListName.DEVICE_DEFECTS, state="open", **here)
    yield _number(_("Open defects of devices"), defects["open"], url)
    url = _page("device_list", status_group="broken", **here)
    yield _number(_("Broken devices"), counts["broken"], url, is_bad=True)


def _works(user: Any, _today: date, school: School | None) -> Iterator[Duty]:
    here = {"school": school.number} if school else {}
    counts = _here(ConstructionProject.objects.visible_to(user), school, "site__uses__school").aggregate(
        running=Count("pk", filter=Q(status__in=RUNNING)),
        blocked=Count("pk", filter=Q(status=ProjectStatus.BLOCKED)),
    )
    yield _number(_("Works under construction"), counts["running"], _page("project_list", status=RUNNING[0], **here))
    url = _page("project_list", status=ProjectStatus.BLOCKED, **here)
    yield _number(_("Blocked works"), counts["blocked"], url, is_bad=True)
    acceptances = _here(Milestone.objects.visible_to(user), school, "project__site__uses__school")
    late = acceptances.filter(phase=ProjectStatus.ACCEPTED).late().count()
    url = _table(ListName.MILESTONES, phase=ProjectStatus.ACCEPTED, state="late", **here)
    yield _number(_("Acceptance later than planned"), late, url, is_bad=True)
    defects = _here(WorksDefect.objects.visible_to(user), school, "project__site__uses__school")
    number = defects.filter(resolved_on__isnull=True).count()
    yield _number(_("Open defects of the works"), number, _table(ListName.DEFECTS, state="open", **here), is_bad=True)


def _here(records: Any, school: School | None, path: str = "school") -> Any:
    """``records`` of the one school that is looked at, or all of them."""
    return records.order_by().filter(**({path: school} if school else {}))


def _money(user: Any, today: date, _school: School | None) -> Iterator[Duty]:
    """The sums that the list of costs shows for the same stage."""
    parts = CostPart.objects.visible_to(user).as_of(today).order_by()
    sums = dict(parts.values_list("stage").annotate(amount=Sum("amount")))
    for stage in (CostStage.COMMITTED, CostStage.INVOICED, CostStage.PAID):
        euro = Decimal(sums.get(stage, 0)).quantize(Decimal(1), ROUND_HALF_UP)
        amount = number_format(euro, use_l10n=True, force_grouping=True)
        yield Duty(stage.label, f"{amount} €", _page("cost_list", stage=stage))


def _reports(user: Any, today: date, _school: School | None) -> Iterator[Duty]:
    drafts = Publication.objects.visible_to(user).filter(published_at__isnull=True, session_on__gte=today)
    for draft in drafts.only("title", "session_on").order_by("session_on", "pk")[:3]:
        url = reverse("web:publication_detail", args=[draft.pk])
        yield Duty(draft.title, date_format(draft.session_on, "SHORT_DATE_FORMAT"), url, _("session, still a draft"))


def _number(label: str, number: int, url: str, *, is_bad: bool = False) -> Duty:
    text = number_format(number, 0, use_l10n=True, force_grouping=True)
    return Duty(label, text, url, is_urgent=is_bad and number > 0)


def _page(name: str, **query: Any) -> str:
    return f"{reverse(f'web:{name}')}?{urlencode(query)}"


def _table(name: ListName, **query: Any) -> str:
    return f"{reverse('web:list_table', args=[name])}?{urlencode(query)}"


_Duties = Callable[[Any, date, School | None], Iterator[Duty]]
_GROUPS: tuple[tuple[Promise, Callable[[Any], bool], _Duties], ...] = (
    (gettext_lazy("Deliveries and imports"), lambda user: has_right_everywhere(user, Right.IMPORT), _deliveries),
    (gettext_lazy("Devices"), lambda user: has_right(user, Right.SEE), _devices),
    (gettext_lazy("Construction sites"), lambda user: has_right(user, Right.SEE), _works),
    (gettext_lazy("Money"), lambda user: has_right_everywhere(user, Right.FUND), _money),
    (gettext_lazy("Next reports"), lambda user: has_right_everywhere(user, Right.PUBLISH), _reports),
)
