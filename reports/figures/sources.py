"""Which records lie behind figures of schools, devices, orders and works."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from inventory.enums import COUNTS, GONE, ON_THE_WAY, DeviceStatus
from inventory.models import DeviceState
from reports.enums import STATES, Adding, StatusGroup
from reports.figures.basis import Behind, ListLink
from reports.figures.rows import Column, ListRows, QueryRows
from reports.models import Publication
from reports.queries import Records
from rollout.completion import SchoolCompletion
from rollout.enums import FINISHED, Level, ProjectStatus
from rollout.models import ProjectState
from schools.enums import SchoolType, Trade
from schools.models import Headcount

Source: TypeAlias = Callable[[Records], Behind]

DEVICES = ngettext_lazy("%(number)s device", "%(number)s devices", "n")
SCHOOLS = ngettext_lazy("%(number)s school", "%(number)s schools", "n")
HEADCOUNTS = ngettext_lazy("the statistics of %(number)s school", "the statistics of %(number)s schools", "n")
DELIVERIES = ngettext_lazy("%(number)s delivery", "%(number)s deliveries", "n")
LINES = ngettext_lazy("%(number)s order line", "%(number)s order lines", "n")
PROJECTS = ngettext_lazy("%(number)s construction project", "%(number)s construction projects", "n")
REPORTS = ngettext_lazy("%(number)s report", "%(number)s reports", "n")
STANDARDS = ngettext_lazy("%(number)s version of the standard", "%(number)s versions of the standard", "n")

_SINCE, _FIRST = _("Since"), _("In service for the first time")
_STATUS = dict(DeviceStatus.choices)
_PROJECT_STATUS = dict(ProjectStatus.choices)
#: Groups of states that the list of devices can be asked for by one name.
_LISTED_GROUPS: dict[tuple[str, ...], str] = {COUNTS: "counts", ON_THE_WAY: "on_the_way", GONE: "gone"}


def category_words(records: Records) -> Mapping[int, str]:
    return {pk: str(category) for pk, category in records.categories.items()}


def schools(records: Records) -> Behind:
    return _of_schools(records.completion.schools, (), parts=_SCHOOL_TYPE)


def graded(level: str) -> Source:
    def behind(records: Records) -> Behind:
        column = Column(_("grade in percent"), "grade" if level == Level.BASIS else "grade_target", "decimal")
        return _of_schools(records.completion.schools, (column,), adds=Adding.MEAN, measure=column.path)

    return behind


def finished(chosen: Callable[[Records], list[SchoolCompletion]]) -> Source:
    return lambda records: _of_schools(chosen(records), (), parts=_SCHOOL_TYPE)


_SCHOOL_TYPE = Column(_("School type"), "school_type", words=dict(SchoolType.choices))


def _of_schools(found: Any, more: tuple[Column, ...], **options: Any) -> Behind:
    columns = (Column(_("School number"), "number"), Column(_("School"), "name"), _SCHOOL_TYPE, *more)
    rows = [
        {
            "number": one.school.number,
            "name": one.school.name,
            "school_type": one.school.school_type,
            "grade": one.grade,
            "grade_target": one.grade_target,
        }
        for one in found
    ]
    return Behind(SCHOOLS, ListRows(rows, "number", columns), "school", **options)


def pupils(*, with_vocational: bool = True) -> Source:
    def behind(records: Records) -> Behind:
        wanted = [one.pk for one in records.open_schools if with_vocational or one.school_type != SchoolType.VOCATIONAL]
        counts = Headcount.objects.as_of(records.as_of, records.known_at).filter(pupils__isnull=False)
        found = counts.filter(school__in=wanted).order_by("school__sort_key", "school")
        columns = (
            Column(_("School number"), "school__number"),
            Column(_("School"), "school__name"),
            _PUPILS_TYPE,
            Column(_("School statistics of"), "valid_from", "date"),
            Column(_("Pupils"), "pupils", "number"),
        )
        rows = QueryRows(found, "school__number", columns, "school")
        return Behind(HEADCOUNTS, rows, "school", Adding.SUM, "pupils", parts=_PUPILS_TYPE)

    return behind


_PUPILS_TYPE = Column(_("School type"), "school__school_type", words=dict(SchoolType.choices))


def devices(states: tuple[str, ...], *categories: str) -> Source:
    """Devices in these states on the day; of all categories where none is named."""

    def behind(records: Records) -> Behind:
        found = DeviceState.objects.as_of(records.as_of, records.known_at).filter(status__in=states)
        if records.schools is not None:
            found = found.filter(school__in=records.schools)
        if categories:
            found = found.filter(device__model__category__key__in=categories)
        link = None if records.known_at or len(categories) > 1 else ListLink("devices", _listed(states, *categories))
        return of_devices(records, found, is_one_category=len(categories) == 1, link=link)

    return behind


def group(name: str, *categories: str) -> Source:
    return devices(tuple(STATES[name]), *categories)


def in_service(category: str) -> Source:
    return group(StatusGroup.IN_SERVICE, category)


def put_into_service(records: Records) -> Behind:
    first = first_in_service(records)
    return of_devices(records, first, since=_FIRST)


def first_in_service(records: Records) -> QuerySet[DeviceState]:
    """The first believed state in service of each device, as far as its day lies in the window."""
    believed = DeviceState.objects.known(records.known_at).filter(status__in=COUNTS, valid_from__lte=records.as_of)
    if records.schools is not None:
        believed = believed.filter(school__in=records.schools)
    earlier = believed.filter(device=OuterRef("device"), valid_from__lt=OuterRef("valid_from"))
    found = believed.filter(valid_from__gte=records.since) if records.since else believed
    return found.filter(~Exists(earlier))


def _listed(states: tuple[str, ...], *categories: str) -> dict[str, Any]:
    """The filters of the list of devices that find the same ones."""
    name = _LISTED_GROUPS.get(tuple(states))
    chosen = {"status_group": name} if name else {"status": [str(status) for status in states]}
    return chosen | ({"category": categories[0]} if categories else {})


def of_devices(
    records: Records,
    states: QuerySet[DeviceState],
    *more: Column,
    since: Any = _SINCE,
    is_one_category: bool = False,
    **options: Any,
) -> Behind:
    """With a key only where the reader may open the device."""
    school = Column(_("School"), "school__name")
    category = Column(_("Category"), "device__model__category", words=category_words(records))
    columns = (
        Column(_("Asset tag"), "device__asset_tag"),
        Column(_("Serial number"), "device__serial"),
        Column(_("Model"), "device__model__name"),
        category,
        Column(_("Status"), "status", words=_STATUS),
        Column(since, "valid_from", "date"),
        school,
        Column(_("Room"), "room__name"),
        *more,
    )
    ordered = states.order_by("school__sort_key", "device__model", "device__asset_tag", "device__serial", "pk")
    key = "device"
    if records.reader is not None:
        key, ordered = "seen_device", ordered.as_seen_by(records.reader)  # type: ignore[attr-defined]
    options.setdefault("parts", school if is_one_category else category)
    return Behind(DEVICES, QueryRows(ordered, key, columns, "device"), "device", **options)


def priced(records: Records) -> Behind:
    """Devices put into service, with what they cost."""
    price = Column(_("Price in euro"), "device__price", "money")
    found = first_in_service(records)
    return of_devices(records, found, price, since=_FIRST, adds=Adding.SUM, measure=price.path)


def ordered(*categories: str) -> Source:
    def behind(records: Records) -> Behind:
        lines = records.goods.lines.filter(model__category__key__in=categories)
        found = lines if records.is_whole else lines.none()
        return of_lines(records, found, adds=Adding.SUM, measure="quantity")

    return behind


def of_lines(records: Records, lines: QuerySet[Any], *more: Column, **options: Any) -> Behind:
    category = Column(_("Category"), "model__category", words=category_words(records))
    columns = (
        Column(_("Order"), "order__number"),
        Column(_("Position"), "position", "number"),
        Column(_("Ordered on"), "order__ordered_on", "date"),
        Column(_("Model"), "model__name"),
        category,
        Column(_("Quantity"), "quantity", "number"),
        *more,
    )
    found = lines.order_by("order__ordered_on", "order", "position")
    return Behind(LINES, QueryRows(found, "order", columns, "pk"), "order", parts=category, **options)


def of_deliveries(_records: Records, deliveries: QuerySet[Any], *more: Column, **options: Any) -> Behind:
    """What names no school came to the central store."""
    columns = (
        Column(_("Delivery note number"), "note_number"),
        Column(_("Order"), "order__number"),
        Column(_("Supplier"), "order__supplier"),
        Column(_("Delivered on"), "delivered_on", "date"),
        Column(_("School"), "school__name"),
        *more,
    )
    found = deliveries.order_by("delivered_on", "order", "pk")
    return Behind(DELIVERIES, QueryRows(found, "pk", columns, "pk"), "delivery", parts=columns[2], **options)


def projects(*statuses: str, trade: str = "", **options: Any) -> Source:
    """Construction projects in these states on the day; without any: all that are not cancelled."""

    def behind(records: Records) -> Behind:
        found = ProjectState.objects.as_of(records.as_of, records.known_at)
        found = found.filter(status__in=statuses) if statuses else found.exclude(status=ProjectStatus.CANCELLED)
        if trade:
            found = found.filter(project__trade=trade)
        if records.schools is not None:
            found = found.filter(project__site__in=records.sites)
        filters = {"status": list(statuses)} | ({"trade": trade} if trade else {})
        link = ListLink("projects", filters) if statuses and not records.known_at else None
        return of_projects(records, found, link=link, **options)

    return behind


def of_projects(_records: Records, states: QuerySet[Any], *more: Column, **options: Any) -> Behind:
    ordered = states.order_by("project__site__sort_key", "project__trade", "project")
    return Behind(PROJECTS, QueryRows(ordered, "project", (*_PROJECT, *more), "project"), "project", **options)


_TRADE = Column(_("Trade"), "project__trade", words=dict(Trade.choices))
_PROJECT = (
    Column(_("Site"), "project__site__name"),
    _TRADE,
    Column(_("Building"), "project__building__name"),
    Column(_("Title"), "project__title"),
    Column(_("Status"), "status", words=_PROJECT_STATUS),
    Column(_("Since"), "valid_from", "date"),
    Column(_("Reason"), "reason"),
)
blocked = projects(ProjectStatus.BLOCKED, parts=_TRADE)
under_construction = projects(ProjectStatus.UNDER_CONSTRUCTION, adds=Adding.DISTINCT, measure="project__site")
fibre = projects(trade=Trade.FIBRE, adds=Adding.ALL, measure="status", wanted=FINISHED)


def standard(records: Records) -> Behind:
    found = records.completion.standard
    columns = (
        Column(_("Version"), "name"),
        Column(_("Valid from"), "valid_from", "date"),
        Column(_("Committee"), "committee"),
        Column(_("Presented on"), "presented_on", "date"),
    )
    is_presented = bool(found and found.presented_on and found.presented_on <= records.as_of)
    paths = ("pk", *(column.path for column in columns))
    rows = [{path: getattr(found, path) for path in paths} | {"is_presented": is_presented}] if found else []
    return Behind(
        STANDARDS,
        ListRows(rows, "pk", columns),
        "standard",
        Adding.ANY,
        "is_presented",
        link=ListLink("standards", {}),
    )


def publications(records: Records) -> Behind:
    found = records.publications if records.is_whole else Publication.objects.none()
    committee = Column(_("Committee"), "committee")
    columns = (
        Column(_("Title"), "title"),
        committee,
        Column(_("Session"), "session_on", "date"),
        Column(_("As of"), "as_of", "date"),
        Column(_("Published at"), "published_at", "instant"),
        Column(_("Edition"), "edition", "number"),
    )
    rows = QueryRows(found.order_by("session_on", "pk"), "pk", columns, "pk")
    return Behind(REPORTS, rows, "publication", parts=committee)
