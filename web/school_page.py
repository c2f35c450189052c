"""What the page of one school shows: a function per section, each in a constant number of queries.

``school`` has been fetched through ``visible_to`` by the view.
"""

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from audit.queries import SchoolAct, acts_of_school
from common.dated import add_months
from inventory.enums import COUNTS, GONE, DeviceStatus
from inventory.models import Category, DeviceState
from reports.verbs import verb_text
from rollout.completion import CompletionReport, Result, SchoolCompletion
from rollout.enums import Outcome
from schools.access import sees_everything
from schools.enums import RoomKind
from schools.models import Headcount, Room, School, SiteUse
from web.defect_reading import of_school
from web.gaps import due_text, gap_text
from web.requirements import is_by_hand
from web.timeline import Window
from web.works_boards import BACK, Shown, groups_of, window_context

HISTORY = 12  # acts, and groups of device states
SHOWN_MONTHS = 18  # of the course of the works


def school_context(user: Any, school: School, report: CompletionReport) -> dict[str, Any]:
    """All about the school on the day of ``report``, which covers no other one."""
    day = report.day
    result = next(iter(report.schools), None)
    return {
        "school": school,
        "standard": report.standard,
        "completion": result,
        "lines": [_line(one) for one in result.results] if result else [],
        "gaps": _gaps(result) if result else [],
        "covered": [one for one in result.results if one.state == Outcome.COVERED] if result else [],
        "unknown": [one for one in result.results if one.state == Outcome.UNKNOWN] if result else [],
        "site_uses": SiteUse.objects.visible_to(user).filter(school=school).select_related("site").order_by("-is_main"),
        **works_of(user, school, day),
        "devices": devices_of(user, school, day),
        "defects": of_school(user, school, day),
        "rooms": rooms_of(user, school, day),
        "headcounts": headcounts_of(user, school),
        "acts": acts_of(user, school),
        "sees_everything": sees_everything(user),
        "moves": moves_of(user, school, day),
    }


def _line(result: Result) -> dict[str, Any]:
    return {
        "result": result,
        "gap": gap_text(result),
        "explanation": result.explanation(),
        "is_by_hand": is_by_hand(result),
    }


def _gaps(school: SchoolCompletion) -> list[dict[str, Any]]:
    """Basis before target, what is not due yet last, then the largest shortfall first."""
    gaps = sorted(school.gaps, key=lambda result: (result.rule.level, result.due_on is not None))
    return [{"result": result, "text": gap_text(result), "due": due_text(result)} for result in gaps]


def works_of(user: Any, school: School, day: date) -> dict[str, Any]:
    """The line of the timeline for this school alone, a year around the day."""
    window = Window(add_months(day.replace(day=1), -BACK), SHOWN_MONTHS)
    schools = School.objects.visible_to(user).filter(pk=school.pk)
    return {"works": next(iter(groups_of(user, schools, Shown(window, day)))), **window_context(window, day)}


def devices_of(user: Any, school: School, day: date) -> dict[str, Any]:
    """A table ``category × status`` of what is at the school, only statuses that occur; what is gone stands apart."""
    states = DeviceState.objects.visible_to(user).as_of(day).filter(school=school).order_by()
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for category, status, number in states.values_list("device__model__category", "status").annotate(n=Count("pk")):
        counts[category][status] = number
    statuses = [status for status in DeviceStatus if status not in GONE and any(status in c for c in counts.values())]
    rows = [
        {
            "category": category,
            "cells": [(status, counts[category.pk].get(status, 0)) for status in statuses],
            "present": sum(counts[category.pk].get(status, 0) for status in statuses),
            "gone": sum(counts[category.pk].get(status, 0) for status in GONE),
        }
        for category in Category.objects.visible_to(user).filter(pk__in=list(counts))
    ]
    return {"statuses": statuses, "rows": rows}


def rooms_of(user: Any, school: School, day: date) -> dict[str, Any]:
    """Rooms with the number of devices in service there, and how many rooms of each kind there are."""
    in_room = Q(status__in=COUNTS, room__isnull=False, school=school)
    states = DeviceState.objects.visible_to(user).as_of(day).filter(in_room).order_by()
    devices = dict(states.values_list("room").annotate(n=Count("pk")))
    rooms = Room.objects.visible_to(user).filter(school=school).select_related("building__site")
    rows = [{"room": room, "devices": devices.get(room.pk, 0)} for room in rooms]
    kinds = [(kind.label, sum(row["room"].kind == kind for row in rows)) for kind in RoomKind]
    return {"rows": rows, "kinds": [(label, number) for label, number in kinds if number]}


def headcounts_of(user: Any, school: School) -> QuerySet[Headcount]:
    return Headcount.objects.visible_to(user).known().filter(school=school).order_by("-valid_from")


def acts_of(user: Any, school: School) -> list[tuple[str, SchoolAct]]:
    """The latest acts, each with its verb. A school sees when, what and by which way; who and why stay inside.

    Records about people have a number for a label (``schools.roles.person_label``), which tells a reader nothing.
    """
    acts = [act._replace(label="") if act.label.startswith("#") else act for act in acts_of_school(school.pk, HISTORY)]
    if not sees_everything(user):
        acts = [act._replace(user="", reason="", subject="") for act in acts]
    return [(verb_text(act.verb, act.channel), act) for act in acts]


def moves_of(user: Any, school: School, day: date) -> list[dict[str, Any]]:
    """The latest changes of devices at the school up to that day: so many of a kind, one status, one day.

    Disposal happens elsewhere and much later: it would crowd out what the school has seen.
    """
    states = DeviceState.objects.visible_to(user).known().filter(school=school, valid_from__lte=day).order_by()
    groups = (
        states.exclude(status=DeviceStatus.DISPOSED)
        .values("valid_from", "status", "device__model__category")
        .annotate(number=Count("pk"))
    )
    latest = list(groups.order_by("-valid_from", "-number")[:HISTORY])
    names = {category.pk: category for category in Category.objects.visible_to(user)}
    return [group | {"category": names[group["device__model__category"]]} for group in latest]
