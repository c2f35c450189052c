"""The rows of an import as its page lists them, and what they change by column."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from imports.enums import KindName, Outcome
from imports.filters import RowFilter
from imports.kinds import KINDS
from imports.models import ImportBatch, ImportRow
from web.lists import PER_PAGE
from web.tones import BAD, GONE_TONE, GOOD, NEUTRAL, WARN, WAY

#: So many rows that may mean several records are asked about at a time; the others follow.
QUESTIONS_AT_A_TIME = 25

_TONES: dict[str, str] = {
    Outcome.NEW: GOOD,
    Outcome.CHANGED: WAY,
    Outcome.UNCHANGED: NEUTRAL,
    Outcome.REJECTED: BAD,
    Outcome.AMBIGUOUS: WARN,
    Outcome.SKIPPED: GONE_TONE,
}
_REASONS: dict[str, Promise] = {
    "id": pgettext_lazy("matched by", "row id of our export"),
    "serial": pgettext_lazy("matched by", "serial number"),
    "asset_tag": pgettext_lazy("matched by", "asset tag"),
    "mdm_id": pgettext_lazy("matched by", "MDM id"),
    "number": pgettext_lazy("matched by", "number"),
    "name": pgettext_lazy("matched by", "name"),
    "alias": pgettext_lazy("matched by", "known other name"),
    "mapped": pgettext_lazy("matched by", "answer given"),
    "decided": pgettext_lazy("matched by", "decision on this row"),
    "row": pgettext_lazy("matched by", "another row of the same device"),
    "place": pgettext_lazy("matched by", "site and trade"),
    "content": pgettext_lazy("matched by", "the same day, company and amount"),
}
_PAGES: dict[str, str] = {KindName.DEVICES: "web:device_detail", KindName.MDM: "web:device_detail"}


class Change(NamedTuple):
    column: str
    old: str | None
    new: str | None


class ShownRow(NamedTuple):
    """``address``: page of the record, empty where it has none."""

    row: ImportRow
    reason: str | Promise
    tone: str
    label: str
    changes: list[Change]
    address: str


class RowList:
    """The rows of a batch that ``?outcome=…&q=…&column=…&problem=…`` choose, fifty to a page."""

    def __init__(self, batch: ImportBatch, query: Mapping[str, str]) -> None:
        self.batch = batch
        self.url = reverse("web:import_rows", args=[batch.pk])
        self.columns = column_labels(batch)
        self.changed = {entry["key"]: self.columns.get(entry["key"], entry["key"]) for entry in _changes(batch)}
        self.codes = _codes(batch)
        self.outcome = _one_of(query.get("outcome", ""), Outcome.values)
        self.text = query.get("q", "").strip()[:100]
        self.column = _one_of(query.get("column", ""), self.changed)
        self.problem = _one_of(query.get("problem", ""), self.codes)
        self._page = query.get("page")

    @cached_property
    def page(self) -> Page[ImportRow]:
        return Paginator(self._found().order_by("position"), PER_PAGE).get_page(self._page)

    @property
    def has_any(self) -> bool:
        """Batches of earlier versions, and those that were discarded, have no rows."""
        return bool(self.outcome or self.page.paginator.count)

    @property
    def has_sheets(self) -> bool:
        return len(self.batch.summary.get("sheets", ())) > 1

    def tabs(self) -> Iterator[dict[str, Any]]:
        """All rows, and those of each outcome that there is."""
        counts = {outcome: int(self.batch.summary.get(outcome) or 0) for outcome in Outcome.values}
        yield {"label": _("all"), "url": self.url, "is_current": not self.outcome, "count": sum(counts.values())}
        for outcome in Outcome:
            if counts[outcome]:
                url, is_current = f"{self.url}?outcome={outcome}", self.outcome == outcome
                yield {"label": outcome.label, "url": url, "is_current": is_current, "count": counts[outcome]}

    def shown(self) -> list[ShownRow]:
        return [self._shown(row) for row in self.page]

    def pages(self) -> list[dict[str, Any]]:
        """Links to pages; a gap has no address."""
        numbers = self.page.paginator.get_elided_page_range(self.page.number, on_each_side=2, on_ends=1)
        return [
            {
                "label": number,
                "url": self.link(number) if isinstance(number, int) else "",
                "is_current": number == self.page.number,
            }
            for number in numbers
        ]

    def link(self, page: int) -> str:
        query = QueryDict(mutable=True)
        chosen = {"outcome": self.outcome, "q": self.text, "column": self.column, "problem": self.problem}
        query.update({name: value for name, value in chosen.items() if value})
        query["page"] = str(page)
        return f"{self.url}?{query.urlencode()}"

    def _found(self) -> Any:
        chosen = {"outcome": self.outcome, "q": self.text, "column": self.column, "problem": self.problem}
        return RowFilter(chosen, self.batch.rows.all()).qs

    def _shown(self, row: ImportRow) -> ShownRow:
        changes = [Change(self.columns.get(key, key), *pair) for key, pair in row.changes.items()]
        page = _PAGES.get(self.batch.kind)
        address = reverse(page, args=[row.record]) if page and row.record else ""
        reason = _REASONS.get(row.matched_by, row.matched_by)
        return ShownRow(row, reason, _TONES[row.outcome], str(row.get_outcome_display()), changes, address)


def _one_of(chosen: str, possible: Container[str]) -> str:
    return chosen if chosen in possible else ""


def column_labels(batch: ImportBatch) -> dict[str, str]:
    """Heading of each column of the kind."""
    return {column.key: column.heading() for column in KINDS[batch.kind].columns} if batch.kind in KINDS else {}


def changed_columns(batch: ImportBatch) -> list[dict[str, Any]]:
    """``{key, label, count, examples, is_wanted}`` of columns that change, and of those that are not wanted."""
    labels, unwanted = column_labels(batch), batch.options.get("skip") or []
    found = [{**entry, "label": labels.get(entry["key"], entry["key"]), "is_wanted": True} for entry in _changes(batch)]
    keys = {entry["key"] for entry in found}
    return found + [
        {"key": key, "label": labels.get(key, key), "count": 0, "examples": [], "is_wanted": False}
        for key in unwanted
        if key not in keys
    ]


def _changes(batch: ImportBatch) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = batch.summary.get("changes", [])
    return found


def _codes(batch: ImportBatch) -> dict[str, str]:
    """Codes of problems that the batch has, the usual ones first, each with the first message of its kind."""
    problems: list[Mapping[str, Any]] = batch.summary.get("problems", [])
    counts = Counter(problem["code"] for problem in problems)
    first = {problem["code"]: problem["message"] for problem in reversed(problems)}
    return {code: first[code] for code, _count in counts.most_common(20)}
