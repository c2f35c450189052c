"""An import batch as its page shows it: steps, columns, problems, what taking it would do."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from imports.enums import BatchStatus, KindName
from imports.kinds import KINDS
from imports.models import ImportBatch

STEPS = (
    pgettext_lazy("step", "Upload"),
    pgettext_lazy("step", "Recognised"),
    pgettext_lazy("step", "Check"),
    pgettext_lazy("step", "Taken"),
)
_STEP_OF: dict[str, int] = {
    BatchStatus.UPLOADED: 2,
    BatchStatus.PREVIEWED: 3,
    BatchStatus.TAKING: 4,
    BatchStatus.TAKEN: 5,
    BatchStatus.FAILED: 2,
    BatchStatus.DISCARDED: 3,
    BatchStatus.UNDOING: 5,
    BatchStatus.UNDONE: 5,
}
BUSY = frozenset({BatchStatus.UPLOADED, BatchStatus.TAKING, BatchStatus.UNDOING})

#: Where the records of a kind are looked at, where there is such a page.
_LISTS = {
    KindName.SCHOOLS: "web:school_list",
    KindName.ROOMS: "web:school_list",
    KindName.HEADCOUNTS: "web:school_list",
    KindName.DEVICES: "web:device_list",
    KindName.ORDERS: "web:order_list",
    KindName.DELIVERIES: "web:order_list",
    KindName.MDM: "web:device_list",
    KindName.PROJECTS: "web:project_list",
    KindName.COSTS: "web:cost_list",
}


def step_of(batch: ImportBatch) -> int:
    return 2 if batch.summary.get("wanted") else _STEP_OF[batch.status]


def list_address(kind: str) -> str:
    return reverse(_LISTS[KindName(kind)]) if kind in _LISTS else ""


def counts(batch: ImportBatch) -> dict[str, int]:
    names = ("new", "changed", "unchanged", "rejected", "ambiguous", "skipped")
    return {name: int(batch.summary.get(name) or 0) for name in names}


def what_taking_does(batch: ImportBatch) -> str:
    """“12.345 devices: create; 20: change”: what stands on the button. Empty where there is nothing to do."""
    new, changed = (batch.summary.get(name) or 0 for name in ("new", "changed"))
    if new and changed:
        return _("Create %(new)s, change %(changed)s") % {"new": _named(batch.kind, new), "changed": _number(changed)}
    if new:
        return _("Create %(new)s") % {"new": _named(batch.kind, new)}
    if changed:
        return _("Change %(changed)s") % {"changed": _named(batch.kind, changed)}
    kind = KINDS.get(batch.kind)
    return _("Draw up the list of findings") if kind and kind.conclude else ""


def lacks_status(batch: ImportBatch) -> bool:
    """Whether new devices have no status because their list has no column for it."""
    problems: Sequence[Mapping[str, Any]] = batch.summary.get("problems", [])
    return any(problem["code"] == "no_status" and not problem["cell"] for problem in problems)


def _named(kind: str, count: int) -> str:
    return str(KINDS[kind].counted % {"count": count, "n": _number(count)})


def _number(count: int) -> str:
    return str(number_format(count, use_l10n=True, force_grouping=True))


class Problems:
    """The problems of a batch as ``?show=error|note`` and ``?column=…`` choose them."""

    def __init__(self, batch: ImportBatch, query: QueryDict) -> None:
        everything: Sequence[Mapping[str, Any]] = batch.summary.get("problems", [])
        severities = Counter(problem["severity"] for problem in everything)
        self.errors, self.notes = severities["error"], severities["note"]
        wanted = query.get("show") or ("error" if self.errors or not self.notes else "note")
        self.show = wanted if wanted in ("error", "note") else "error"
        shown = [problem for problem in everything if problem["severity"] == self.show]
        self.columns = sorted({problem["column"] for problem in shown if problem["column"]}, key=str.casefold)
        self.column = query.get("column", "") if query.get("column") in self.columns else ""
        self.rows = [problem for problem in shown if not self.column or problem["column"] == self.column]

    def tabs(self) -> Iterator[dict[str, Any]]:
        for show, label, count in (("error", _("Problems"), self.errors), ("note", _("Notes"), self.notes)):
            if count:
                yield {"label": label, "url": f"?show={show}#problems", "is_current": show == self.show, "count": count}
