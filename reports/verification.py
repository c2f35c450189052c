"""What the data promises, as a list of named checks. Each is a constant number of queries over whole tables.

Much of it the database promises already; it is proved again here because a restored or hand-repaired database may
come without its constraints, and SQLite has none for overlapping periods.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, models
from django.db.models import Count, Exists, F, OuterRef, Q, Window
from django.db.models.functions import Lead, TruncDate
from django.utils.translation import gettext_lazy as _

from audit.models import AuditedFact, Entry
from audit.verification import altered_contents, altered_details, broken_chain, holds_up_to, missing_guard
from common.parsing import normalise_code, sort_key
from costs.models import CostPart
from funding.models import Drawdown, GrantNotice
from inventory.models import Delivery, Device, DeviceState, DeviceTest, HandOut, PlannedHandOver
from inventory.workflow import WORKFLOWS
from reports import guard
from reports import verification_holdings as holdings
from reports import verification_money as money
from reports import verification_works as works
from rollout.enums import ProjectStatus
from rollout.models import (
    Attainment,
    ConstructionProject,
    MilestoneState,
    ProjectRoomState,
    ProjectState,
    Requirement,
    Waiver,
)
from rollout.workflow import PROJECT
from schools.models import Headcount, Room, School, Site, SiteUse

#: So many broken records of a check are named.
NAMED = 5
FACTS: tuple[type[AuditedFact], ...] = (
    Headcount, DeviceState, DeviceTest, ProjectState, Attainment, GrantNotice, Drawdown, CostPart, PlannedHandOver,
    MilestoneState, ProjectRoomState, Waiver, HandOut,
)  # fmt: skip
#: Timelines: model, owner. An electrical test overlaps the next one and is no timeline.
TIMELINES: tuple[tuple[type[AuditedFact], tuple[str, ...]], ...] = (
    (Headcount, ("school",)),
    (DeviceState, ("device",)),
    (HandOut, ("device",)),
    (ProjectState, ("project",)),
    (Attainment, ("school", "key")),
    (Waiver, ("school", "key")),
    (MilestoneState, ("milestone",)),
    (ProjectRoomState, ("covered",)),
)
#: Facts, and to what that can be revoked they belong.
REVOCABLE = (
    (DeviceState, "device"), (DeviceTest, "device"), (ProjectState, "project"), (CostPart, "entry"),
    (MilestoneState, "milestone__project"), (ProjectRoomState, "covered__project"),
)  # fmt: skip
#: Owners that are in some state on every day since their first.
UNBROKEN = ((DeviceState, ("device",)), (ProjectState, ("project",)))


@dataclass(frozen=True, slots=True)
class Check:
    """``promise`` is the sentence that holds; ``find`` names the records that break it; ``mend``: how to mend it."""

    key: str
    promise: Any
    find: Callable[[], Iterable[Any]]
    mend: Any = ""


class Broken(NamedTuple):
    check: Check
    number: int
    examples: list[str]


def verify(head: str = "") -> list[Broken]:
    """The broken promises; empty where all hold. ``head``: an end of the audit trail that somebody noted."""
    broken = [Broken(HEAD, 1, [head])] if head and not holds_up_to(head) else []
    for check in CHECKS:
        found = [str(record) for record in check.find()]
        if found:
            broken.append(Broken(check, len(found), found[:NAMED]))
    return broken


# --- today's copy -----------------------------------------------------------------------------------------------------


def _devices_unlike_their_state() -> Iterable[str]:
    return _unlike(Device, DeviceState, "device", ("status", "school", "room", "use", "is_managed"))


def _projects_unlike_their_state() -> Iterable[str]:
    return _unlike(ConstructionProject, ProjectState, "project", ("status", "reason"))


def _unlike(owners: type[models.Model], facts: type[AuditedFact], owner: str, names: tuple[str, ...]) -> Iterable[str]:
    """Owners that exist whose copy differs from their open row, or that have none."""
    current = facts._default_manager.filter(superseded_at__isnull=True, valid_until__isnull=True).order_by()
    known = {pk: values for pk, *values in current.values_list(owner, "valid_from", *names)}
    existing = owners._default_manager.filter(revoked_by__isnull=True).order_by("pk")
    for pk, *copy in existing.values_list("pk", "since", *names):
        if known.get(pk) != copy:
            yield f"{owners._meta.verbose_name} {pk}"


# --- timelines --------------------------------------------------------------------------------------------------------


def _with_next(model: type[AuditedFact], owner: tuple[str, ...]) -> models.QuerySet[Any]:
    following = Window(Lead("valid_from"), partition_by=[F(name) for name in owner], order_by="valid_from")
    believed = model._default_manager.filter(superseded_at__isnull=True)
    return believed.order_by().annotate(following=following).filter(following__isnull=False)


def _overlaps() -> Iterable[str]:
    for model, owner in TIMELINES:
        rows = _with_next(model, owner).filter(Q(valid_until__isnull=True) | Q(valid_until__gt=F("following")))
        yield from _named(model, rows)


def _gaps() -> Iterable[str]:
    for model, owner in UNBROKEN:
        yield from _named(model, _with_next(model, owner).filter(valid_until__lt=F("following")))


def _inverted() -> Iterable[str]:
    wrong = Q(valid_until__lte=F("valid_from")) | Q(superseded_at__lt=F("recorded_at"))
    for model in FACTS:
        yield from _named(model, model._default_manager.filter(wrong))


def _several_open() -> Iterable[str]:
    for model, owner in TIMELINES:
        believed = model._default_manager.filter(superseded_at__isnull=True, valid_until__isnull=True).order_by()
        for row in believed.values(*owner).annotate(number=Count("pk")).filter(number__gt=1):
            yield f"{model._meta.verbose_name}: " + ", ".join(f"{name} {row[name]}" for name in owner)


def _named(model: type[AuditedFact], rows: models.QuerySet[Any]) -> Iterable[str]:
    """Kind and key: enough to find a row, without a query for each."""
    for pk in rows.values_list("pk", flat=True):
        yield f"{model._meta.verbose_name} {pk}"


def _forbidden_steps() -> Iterable[str]:
    """Steps from row to row that the workflow tables do not allow, with how often they occur."""
    for model, owner, kind in (
        (DeviceState, "device", F("device__model__category__workflow")),
        (ProjectState, "project", None),
    ):
        rows = model._default_manager.filter(superseded_at__isnull=True).order_by()
        rows = rows.annotate(next_status=Window(Lead("status"), partition_by=F(owner), order_by="valid_from"))
        names = ("status", "next_status", *(["kind"] if kind else []))
        pairs = (rows.annotate(kind=kind) if kind else rows).values_list(*names)
        for pair, number in _count(pairs).items():
            old, new, *workflow = pair
            rules = WORKFLOWS[workflow[0]] if workflow else PROJECT
            if new is not None and not rules.reaches(old, new):
                yield f"{rules.label(old)} → {rules.label(new)}: {number}"


def _count(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[Any, ...], int]:
    counts: dict[tuple[Any, ...], int] = {}
    for row in rows:
        counts[row] = counts.get(row, 0) + 1
    return counts


# --- who recorded it, and when ----------------------------------------------------------------------------------------


def _recorded_outside_their_act() -> Iterable[str]:
    for model in FACTS:
        yield from _named(model, model._default_manager.exclude(recorded_at=F("act__at")))


def _from_the_future() -> Iterable[str]:
    for model in FACTS:
        rows = model._default_manager.annotate(recorded_on=TruncDate("recorded_at"))
        yield from _named(model, rows.filter(valid_from__gt=F("recorded_on")))


def _acts_without_entries() -> Iterable[str]:
    entries = Entry.objects.filter(act=OuterRef("act"))
    for model in FACTS:
        acts = model._default_manager.filter(~Exists(entries)).order_by().values_list("act", flat=True).distinct()
        for act in acts:
            yield f"{model._meta.verbose_name}: {act}"


def _revoked_but_believed() -> Iterable[str]:
    for model, path in REVOCABLE:
        revoked = {f"{path}__revoked_by__isnull": False}
        yield from _named(model, model._default_manager.filter(superseded_at__isnull=True, **revoked))


def _revoked_by_no_undoing() -> Iterable[str]:
    for model in (Device, ConstructionProject):
        rows = model._default_manager.filter(revoked_by__isnull=False, revoked_by__undoes__isnull=True)
        for pk in rows.order_by("pk").values_list("pk", flat=True):
            yield f"{model._meta.verbose_name} {pk}"


def _undone_by_another_act() -> Iterable[Any]:
    batch = apps.get_model("imports", "ImportBatch")
    undone = batch._default_manager.filter(status="undone")
    return undone.exclude(act__isnull=False, undo_act__undoes=F("act")).order_by("pk")


def _taken_without_act() -> Iterable[Any]:
    # Asked for by name: reports and imports stand side by side and do not know each other.
    batch = apps.get_model("imports", "ImportBatch")
    return batch._default_manager.filter(status="taken", act__isnull=True).order_by("pk")


# --- across tables ----------------------------------------------------------------------------------------------------


def _foreign_manufacturer() -> Iterable[Any]:
    return Device.objects.exclude(manufacturer=F("model__manufacturer")).order_by("pk")


def _rooms_of_others() -> Iterable[str]:
    elsewhere = Q(room__isnull=False) & (Q(school__isnull=True) | ~Q(room__school=F("school")))
    yield from _named(DeviceState, DeviceState.objects.filter(elsewhere, superseded_at__isnull=True))


def _in_service_nowhere() -> Iterable[str]:
    return _named(DeviceState, DeviceState.objects.filter(status="in_service", school__isnull=True))


def _several_main_sites() -> Iterable[Any]:
    return School.objects.filter(site_uses__is_main=True).annotate(mains=Count("site_uses")).filter(mains__gt=1)


def _rooms_off_site() -> Iterable[Any]:
    uses = SiteUse.objects.filter(school=OuterRef("school"), site=OuterRef("building__site"))
    return Room.objects.filter(~Exists(uses)).order_by("pk")


def _blocked_without_reason() -> Iterable[Any]:
    blocked = {"status": ProjectStatus.BLOCKED, "reason": ""}
    yield from ConstructionProject.objects.filter(**blocked).select_related("site").order_by("pk")
    yield from _named(ProjectState, ProjectState.objects.filter(**blocked))


def _buildings_elsewhere() -> Iterable[Any]:
    rows = ConstructionProject.objects.filter(building__isnull=False).exclude(building__site=F("site"))
    return rows.select_related("site").order_by("pk")


def _delivered_against_other_orders() -> Iterable[Any]:
    both = Device.objects.filter(delivery__isnull=False, order_line__isnull=False)
    return both.exclude(delivery__order=F("order_line__order")).order_by("pk")


def _delivered_before_ordered() -> Iterable[Any]:
    return Delivery.objects.filter(delivered_on__lt=F("order__ordered_on")).select_related("order").order_by("pk")


def _shares_of_nothing() -> Iterable[Any]:
    whole = Requirement.objects.filter(standard=OuterRef("standard"), key=OuterRef("of_key"))
    return Requirement.objects.exclude(of_key="").filter(~Exists(whole)).order_by("pk")


# --- how it is written ------------------------------------------------------------------------------------------------


def _codes_not_normalised() -> Iterable[str]:
    for pk, serial, tag in Device.objects.order_by("pk").values_list("pk", "serial", "asset_tag").iterator():
        if any(code and normalise_code(code) != code for code in (serial, tag)):
            yield f"{Device._meta.verbose_name} {pk}: {serial} {tag}".rstrip()


def _stale_sort_keys() -> Iterable[Any]:
    for model in (School, Site):
        yield from (row for row in model._default_manager.order_by("pk") if row.sort_key != sort_key(row.name)[:200])


def _dangling_references() -> Iterable[str]:
    """Rows that point at nothing. PostgreSQL never lets them in."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
        for table, row, target, _index in cursor.fetchall():
            yield f"{table} {row} → {target}"


#: Nothing shows by itself that the end of a chain was cut off.
HEAD = Check("audit_head", _("The audit trail still has the end that was noted."), tuple)
CHECKS: tuple[Check, ...] = (
    Check(
        "device_copy",
        _("What a device says of today is what its current entry says: status, school, room, use, MDM, since."),
        _devices_unlike_their_state,
    ),
    Check(
        "project_copy",
        _("What a construction project says of today is what its current entry says: status, reason, since."),
        _projects_unlike_their_state,
    ),
    Check(
        "holdings",
        _("The counted holdings of each school and day are what the entries of the devices say."),
        holdings.holdings_unlike_their_states,
        _("“manage.py recount” counts them anew."),
    ),
    Check("no_overlap", _("No two believed entries of one owner hold on the same day."), _overlaps),
    Check("no_gap", _("A device or project has an entry for every day since its first."), _gaps),
    Check("no_inversion", _("An entry ends after it begins, and is superseded after it was recorded."), _inverted),
    Check("one_open", _("Nobody has two current entries."), _several_open),
    Check("steps", _("Every step from one status to the next is allowed by the workflow."), _forbidden_steps),
    Check("recorded_by_act", _("An entry was recorded at the instant of its act."), _recorded_outside_their_act),
    Check("no_future", _("An entry begins on the day of its recording or before."), _from_the_future),
    Check(
        "acts_logged", _("An act that recorded something has its entries in the audit trail."), _acts_without_entries
    ),
    Check("imports_acted", _("A taken import names the act that wrote it."), _taken_without_act),
    Check("undone_acts", _("What an undone import wrote was taken back by the act it names."), _undone_by_another_act),
    Check("revoked_facts", _("Of what was taken back with its import nothing is believed."), _revoked_but_believed),
    Check("revoked_by_undo", _("Only an act that takes back another one revokes records."), _revoked_by_no_undoing),
    Check("manufacturer", _("The manufacturer of a device is that of its model."), _foreign_manufacturer),
    Check("room_school", _("A device in a room is at the school of that room."), _rooms_of_others),
    Check("in_service_school", _("A device in service is at a school."), _in_service_nowhere),
    Check("one_main_site", _("A school has at most one main site."), _several_main_sites),
    Check("room_site", _("A room lies on a site that its school uses."), _rooms_off_site),
    Check("blocked_reason", _("What is blocked names a reason."), _blocked_without_reason),
    Check("project_building", _("The building of a construction project stands on its site."), _buildings_elsewhere),
    Check(
        "delivery_order",
        _("A device was delivered against the order of its order line."),
        _delivered_against_other_orders,
    ),
    Check("delivery_day", _("A delivery does not lie before its order."), _delivered_before_ordered),
    Check("share_of", _("A share of another requirement names one of the same standard."), _shares_of_nothing),
    Check(
        "works_copy",
        _("What a milestone or a room of works says of today is what its current entry says."),
        works.copies_unlike_their_state,
    ),
    Check(
        "milestone_order",
        _("No milestone is planned before one of an earlier phase."),
        works.planned_before_predecessor,
    ),
    Check("works_room", _("Rooms of works and of their defects are where the works are."), works.rooms_elsewhere),
    Check("shares", _("The shares of a financing sum up to 100 percent."), money.shares_unlike_100),
    Check("cost_sum", _("The parts of a cost entry sum up to its amount."), money.entries_unlike_their_parts),
    Check("cost_copy", _("Stage, day and sign of a part are those of its cost entry."), money.parts_unlike_their_entry),
    Check(
        "cost_project",
        _("A part for a construction project names its trade and its site."),
        money.parts_unlike_their_project,
    ),
    Check(
        "codes", _("Serial numbers and asset tags are stored in capitals and without blanks."), _codes_not_normalised
    ),
    Check("sort_keys", _("Schools and sites are sorted by their present name."), _stale_sort_keys),
    Check("audit_contents", _("Acts and entries of the audit trail are what was written."), altered_contents),
    Check("audit_chain", _("Each link of the audit trail follows from the one before."), broken_chain),
    Check("audit_details", _("Personal details of the audit trail are what was written."), altered_details),
    Check("audit_guard", _("The database refuses to change or delete the audit trail."), missing_guard),
    Check("report_guard", _("The database refuses to change or delete a published report."), guard.missing),
    Check("references", _("No record points at one that does not exist."), _dangling_references),
)
