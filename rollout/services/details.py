"""What a construction project is about: contractor, sum, financing and whatever else has no history."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from audit.actor import Actor
from audit.editing import edit_record, told
from audit.models import Act
from audit.services import Record, log_records, open_act
from common.bulk import ids, update_rows
from rollout.models import ConstructionProject
from rollout.services.projects import DETAILS, PLACES, lock_projects


def edit_project(
    project: ConstructionProject, *, by: Actor, changes: Mapping[str, Any], reason: str = ""
) -> ConstructionProject:
    """Set fields of ``DETAILS``: title, contractor, contract sum, financing, bandwidths in Mbit/s, years of warranty.

    Raises ``ValidationError`` by field, ``TypeError`` for another field.
    """
    _check_names(changes)
    with transaction.atomic():
        lock_projects([project.pk])
        current = ConstructionProject.objects.existing().select_related("site").get(pk=project.pk)
        act = open_act(by, "project.edit", subject=str(current), reason=reason)
        edit_record(current, changes, act, places=PLACES)
        return current


def update_projects(changes: Mapping[int, Mapping[str, Any]], act: Act) -> int:
    """The bulk twin of ``edit_project``: ``{project: {field: value}}``, a financing by its key.

    Returns how many were other ones. The caller has checked the values.
    """
    found = ConstructionProject.objects.existing().filter(pk__in=ids(changes)).select_related("site", "financing")
    rows, records = [], []
    for project in found.select_for_update(of=("self",)).order_by("pk"):
        _check_names(changes[project.pk])
        now = {name: told(getattr(project, name)) for name in DETAILS}
        pairs = {name: [now[name], value] for name, value in changes[project.pk].items() if now[name] != value}
        if pairs:
            rows.append((project.pk, *(pairs[name][1] if name in pairs else now[name] for name in DETAILS)))
            records.append(Record(project.pk, str(project), None, pairs))
    update_rows(ConstructionProject, DETAILS, rows)
    log_records(act, ConstructionProject, records)
    return len(records)


def _check_names(changes: Mapping[str, Any]) -> None:
    if other := changes.keys() - set(DETAILS):
        raise TypeError(f"not a detail of a project: {', '.join(sorted(other))}")
