"""Our own lists of costs that come back: each row is about the part that it was written for."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from common.bulk import ids
from common.round_trip import ID
from costs.columns import COST_COLUMNS
from costs.lists import cost_cells
from costs.models import CostEntry, CostPart
from imports.conflicts import Origin, changes_since, undone
from imports.enums import Outcome
from imports.kinds.costs.references import References
from imports.own_rows import OwnRows, names_of
from imports.preview import Plan
from imports.reader import Cells

#: What a part says of its document.
_OF_ENTRY = ("stage", "is_credit", "on", "number", "payee", "text", "amount", "net")


def merge_costs(plan: Plan, cells: Cells, references: References) -> Mapping[int, CostPart]:
    """The part of each row of our own; in the cells stays only what was edited."""
    own: OwnRows[CostPart] = OwnRows(plan, cells, COST_COLUMNS, CostPart)
    related = ("entry", "programme", "category", "school", "site", "order", "project__building")
    parts = CostPart.objects.filter(pk__in=ids(own.keys), entry__revoked_by__isnull=True).select_related(*related)
    own.find({part.pk: part for part in parts}, lambda part: str(part.entry))
    entries = {i: Origin(part.entry_id, own.origins[i].version) for i, part in own.records.items()}
    names = names_of(part.school for part in own.records.values() if part.school)
    since = changes_since(CostEntry, entries.values())
    for i, part in own.records.items():
        plan.records[i] = part.entry_id
        if part.superseded_at:
            after = [one for one in since.get(part.entry_id, ()) if one.at > own.origins[i].version.known_at]
            values = undone(CostEntry, {name: getattr(part.entry, name) for name in _OF_ENTRY}, after)
            for name in _OF_ENTRY:
                setattr(part.entry, name, values[name])
        told = cost_cells(part) | {"category": str(part.category) if part.category else None}
        identity: dict[str, Any] = {"number": [part.entry.number]}
        if not part.entry.number:
            identity["on"] = [part.entry.on]
        yours = _as_told(i, part, told, cells, references)
        if part.school and cells["school"][i] in names[part.school.pk]:  # also one that it had before
            yours["school"] = told["school"]
        if own.merge(i, told, told, fixed=identity, yours=yours):
            if part.superseded_at:
                message = _("This entry was corrected since the list was exported. Please export it once more.")
                plan.reject(i, ID.key, "conflict", message)
        elif plan.is_open(i):
            plan.outcomes[i] = Outcome.UNCHANGED
        cells["number"][i] = None
    return own.records


def _as_told(i: int, part: CostPart, told: Mapping[str, Any], cells: Cells, references: References) -> dict[str, Any]:
    """What the cells mean whose words depend on the language of the list."""
    found: dict[str, Any] = {}
    if part.category and references.categories.find(cells["category"][i] or "") == part.category:
        found["category"] = told["category"]
    if part.project and references.is_called(part.project, cells["project"][i] or ""):
        found["project"] = told["project"]
    return found
