"""Lists of what goes with the records: waivers, binding periods, financings, reports, people, the audit trail."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, F, Prefetch, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from audit.models import Entry
from common.bulk import in_chunks
from common.columns import Column
from funding.columns import FINANCING_LIST_COLUMNS
from funding.filters import ShareFilter
from funding.models import FinancingShare
from inventory.binding import DeviceBinding, bindings_of
from inventory.columns import BINDING_LIST_COLUMNS
from inventory.filters import BindingFilter
from inventory.models import Device
from reports.columns import AUDIT_COLUMNS, PERSON_COLUMNS, PUBLICATION_COLUMNS
from reports.enums import ListName
from reports.filters import PublicationFilter
from reports.lists import in_order
from reports.models import Publication
from reports.tables.table import Rows, Table, celled
from reports.trail import MOST, Change, Reader, changes_of, kind_text
from reports.trail_reader import reader_for
from reports.verbs import verb_text
from rollout.columns import WAIVER_LIST_COLUMNS
from rollout.filters import WaiverFilter
from rollout.models import Requirement, Waiver
from schools.audit_filters import EntryFilter
from schools.filters import PersonFilter
from schools.models import Membership
from schools.people import people_visible_to

#: So many entries of the audit trail are told at once.
_AT_ONCE = 1000


def _waivers_of(user: Any, day: date) -> QuerySet[Waiver]:
    """Those that end first on top, those without an end last."""
    found: QuerySet[Waiver] = Waiver.objects.visible_to(user).as_of(day).annotate(school_number=F("school__number"))
    return found.select_related("school").order_by(F("valid_until").asc(nulls_last=True), "school__sort_key")


def _waivers(waivers: QuerySet[Any], columns: Sequence[Column], viewer: Any, _day: date) -> Rows:
    """Requirements are called as the newest version calls them."""
    rows = list(waivers)
    lines = Requirement.objects.visible_to(viewer).filter(key__in={row.key for row in rows})
    labels = {line.key: line.label for line in lines.order_by("standard__valid_from", "pk")}
    return in_order(((row.pk, _waiver_cells(row, labels.get(row.key, row.key))) for row in rows), columns)


def _waiver_cells(waiver: Waiver, requirement: str) -> dict[str, Any]:
    return {
        "school_number": waiver.school.number,
        "school": waiver.school.name,
        "requirement": requirement,
        "reason": waiver.reason,
        "since": waiver.valid_from,
        "last_day": waiver.last_day,
    }


def _bound_of(user: Any, _day: date) -> QuerySet[Any]:
    devices: QuerySet[Any] = Device.objects.visible_to(user).present().with_names().with_bought_on()
    return devices.order_by("bought_on", "pk")


def _bound(devices: QuerySet[Any], columns: Sequence[Column], _viewer: Any, _day: date) -> Rows:
    rows = list(devices)
    bindings = bindings_of(rows)
    return in_order(((row.pk, _bound_cells(row, bindings.get(row.pk))) for row in rows), columns)


def _bound_cells(device: Device, binding: DeviceBinding | None) -> dict[str, Any]:
    school = device.school
    return {
        "asset_tag": device.asset_tag,
        "serial": device.serial,
        "manufacturer": device.model.manufacturer.name,
        "model": device.model.name,
        "category": str(device.model.category),
        "status": device.status,
        "school_number": school.number if school else None,
        "school": school.name if school else None,
        "programmes": ", ".join(str(one.programme) for one in binding.bindings) if binding else None,
        "bought_on": binding.bought_on if binding else None,
        "until": binding.until if binding else None,
    }


def _shares_of(user: Any, _day: date) -> QuerySet[FinancingShare]:
    shares = FinancingShare.objects.visible_to(user).select_related("financing", "programme")
    found: QuerySet[FinancingShare] = shares.annotate(device_count=Count("financing__devices"))
    return found.order_by("financing__name", "-percent", "pk")


def _share_cells(share: Any) -> dict[str, Any]:
    return {
        "financing": share.financing.name,
        "programme": share.programme.name,
        "percent": share.percent,
        "devices": share.device_count,
    }


def _publication_cells(report: Publication) -> dict[str, Any]:
    plain = ("session_on", "title", "committee", "as_of", "edition", "correction", "published_at")
    following = report.next_edition
    published = _("replaced") if following and following.is_published else _("published")
    state = published if report.is_published else _("Draft")
    return {name: getattr(report, name) for name in plain} | {"state": state}


def _people_of(user: Any, _day: date) -> QuerySet[User]:
    roles = Membership.objects.visible_to(user).valid().select_related("school").order_by("role", "pk")
    people = people_visible_to(user).order_by("last_name", "first_name", "username")
    return people.prefetch_related(Prefetch("memberships", roles, to_attr="roles_today"))


def _person_cells(person: Any) -> dict[str, Any]:
    return {
        "name": person.get_full_name() or person.username,
        "username": person.username,
        "email": person.email,
        "roles": "; ".join(_roles(person)),
        "last_login": person.last_login,
        "access": _access(person),
    }


def _roles(person: Any) -> Iterator[str]:
    if person.is_superuser:
        yield _("administrator of the server")
    for role in person.roles_today:
        until = _("until %(day)s") % {"day": date_format(role.until, "SHORT_DATE_FORMAT")} if role.until else ""
        school = role.school.name if role.school else ""
        yield " · ".join(filter(None, [role.get_role_display(), school, until]))


def _access(person: User) -> str:
    if person.erased_at:
        return _("deleted")
    return _("may sign in") if person.is_active else _("deactivated")


def _entries_of(user: Any, _day: date) -> QuerySet[Entry]:
    entries: QuerySet[Entry] = Entry.objects.visible_to(user).order_by("-act", "-pk")
    return entries.select_related("act__user", "school", "details")


def _entries(entries: QuerySet[Any], columns: Sequence[Column], viewer: Any, _day: date) -> Rows:
    return in_order(_entry_rows(entries, reader_for(viewer)), columns)


def _entry_rows(entries: QuerySet[Any], reader: Reader) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """What ``reader`` may not read of an entry is left out, as in ``reports.trail``."""
    for some in in_chunks(entries.iterator(chunk_size=_AT_ONCE), _AT_ONCE):
        names = reader.names(some)
        for entry in some:
            yield entry.pk, _entry_cells(entry, reader, changes_of(entry, reader, names))


def _entry_cells(entry: Entry, reader: Reader, changes: Sequence[Change]) -> dict[str, Any]:
    act = entry.act
    return {
        "at": act.at,
        "who": reader.who(act),
        "channel": act.get_channel_display(),
        "what": verb_text(act.verb, act.channel),
        "subject": reader.subject(act),
        "reason": reader.reason(act),
        "kind": kind_text(entry),
        "record": entry.label,
        "school": entry.school.name if entry.school else None,
        "changes": "; ".join(f"{one.label}: {one.old or '–'} → {one.new or '–'}" for one in changes),
        "act": act.pk,
    }


RECORDS: dict[str, Table] = {
    ListName.WAIVERS: Table(
        WAIVER_LIST_COLUMNS,
        _waivers_of,
        _waivers,
        WaiverFilter,
        paths={
            "school": "school__sort_key",
            "requirement": "key",
            "since": "valid_from",
            "last_day": "valid_until",
        },
        groups=("school", "requirement"),
        usual=tuple(column.key for column in WAIVER_LIST_COLUMNS if column.key != "school_number"),
        is_dated=True,
    ),
    ListName.BINDING: Table(
        BINDING_LIST_COLUMNS,
        _bound_of,
        _bound,
        BindingFilter,
        paths={
            "asset_tag": "asset_tag",
            "serial": "serial",
            "manufacturer": "model__manufacturer__name",
            "model": "model__name",
            "category": "model__category",
            "status": "status",
            "school": "school__sort_key",
            "bought_on": "bought_on",
        },
        groups=("school", "category", "manufacturer", "model", "status"),
        usual=("asset_tag", "serial", "model", "category", "school", "programmes", "bought_on", "until"),
    ),
    ListName.FINANCINGS: Table(
        FINANCING_LIST_COLUMNS,
        _shares_of,
        celled(_share_cells),
        ShareFilter,
        paths={"financing": "financing__name", "programme": "programme__name", "percent": "percent"},
        groups=("financing", "programme"),
        usual=tuple(column.key for column in FINANCING_LIST_COLUMNS),
    ),
    ListName.PUBLICATIONS: Table(
        PUBLICATION_COLUMNS,
        lambda user, day: Publication.objects.visible_to(user).select_related("following").defer("frozen", "blocks"),
        celled(_publication_cells),
        PublicationFilter,
        paths={
            "session_on": "session_on",
            "title": "title",
            "committee": "committee",
            "as_of": "as_of",
            "edition": "edition",
            "published_at": "published_at",
        },
        groups=("committee",),
        usual=("session_on", "title", "committee", "as_of", "state", "edition", "published_at"),
    ),
    ListName.PEOPLE: Table(
        PERSON_COLUMNS,
        _people_of,
        celled(_person_cells),
        PersonFilter,
        paths={
            "name": "last_name",
            "username": "username",
            "email": "email",
            "last_login": "last_login",
            "access": "is_active",
        },
        groups=("access",),
        usual=("name", "username", "email", "roles", "last_login", "access"),
    ),
    ListName.AUDIT: Table(
        AUDIT_COLUMNS,
        _entries_of,
        _entries,
        EntryFilter,
        paths={
            "at": "act__at",
            "channel": "act__channel",
            "what": "act__verb",
            "kind": "kind",
            "record": "label",
            "school": "school__sort_key",
        },
        groups=("channel", "what", "kind", "school"),
        usual=("at", "who", "channel", "what", "kind", "record", "school", "changes"),
        most=MOST,
    ),
}
