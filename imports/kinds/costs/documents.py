"""Documents as a file has them, and which of the recorded ones they are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from common.bulk import codes, ids
from common.parsing import normalise_heading
from costs.columns import parse_stage
from costs.models import CostEntry, CostPart
from costs.services import NewCost, costs_as_new, is_same_cost
from imports.enums import Outcome
from imports.kinds.costs.pairing import Draft, Paired, pair
from imports.preview import Choice, Plan
from imports.texts import as_read


class Key(NamedTuple):
    """What the rows of one document have in common; ``row``: of one without a number, which is a document alone."""

    stage: str
    is_credit: bool
    on: date
    number: str
    payee: str
    row: int | None


@dataclass(slots=True, eq=False)
class Document:
    """``head``: what is said of the document itself, by field of ``NewCost``. ``own``: parts of our own list by row.

    ``skip``: fields in which recorded documents stay as they are.
    """

    key: Key | None
    skip: frozenset[str]
    rows: list[int] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    head: dict[str, Any] = field(default_factory=dict)
    known: CostEntry | None = None
    before: NewCost | None = None
    own: Mapping[int, CostPart] = field(default_factory=dict)

    def cost(self, before: NewCost | None = None) -> tuple[NewCost, Paired]:
        """What it says, by what is recorded already, and how its rows and the recorded parts belong together."""
        before = before or self.before
        if before is None:
            paired = pair(self.drafts, (), self.own)
            return NewCost(parts=tuple(part for part, _draft, _old in paired), **self.head), paired
        paired = pair(self.drafts, before.parts, self.own, self.skip)
        head = {name: value for name, value in self.head.items() if name not in self.skip}
        cost = before._replace(parts=tuple(part for part, _draft, _old in paired), **head)
        if "net" not in head and cost.net is not None and cost.net > cost.total:
            cost = cost._replace(net=None)
        return cost, paired


class Recorded:
    """Entries that the file may mean, with what they say."""

    def __init__(self, documents: Iterable[Document], own: Iterable[CostPart]) -> None:
        keys = [document.key for document in documents if document.key]
        numbers = {key.number for key in keys if key.number}
        days = {key.on for key in keys if not key.number}
        existing = CostEntry.objects.existing()
        found = [*existing.filter(number__in=codes(numbers))] if numbers else []
        found += existing.filter(number="", on__in=days) if days else []
        found += existing.filter(pk__in=ids({part.entry_id for part in own} - {entry.pk for entry in found}))
        self.entries = {entry.pk: entry for entry in sorted(found, key=lambda entry: entry.pk)}
        self.said = costs_as_new(list(self.entries.values()))
        self._by_number: dict[tuple[str, str, bool], list[CostEntry]] = {}
        for entry in self.entries.values():
            self._by_number.setdefault((entry.number, entry.stage, entry.is_credit), []).append(entry)
        self._claimed: set[int] = set()

    def candidates(self, document: Document) -> list[CostEntry]:
        """Entries of the same number, stage and company; without a number those of the day that say the same of it."""
        key = document.key
        assert key is not None
        alike = self._by_number.get((key.number, key.stage, key.is_credit), [])
        open_ones = [entry for entry in alike if entry.pk not in self._claimed]
        if key.number:
            return [e for e in open_ones if not key.payee or normalise_heading(e.payee) == key.payee]
        return [entry for entry in open_ones if entry.on == key.on]

    def claim(self, document: Document, entry: CostEntry) -> None:
        self._claimed.add(entry.pk)
        document.known, document.before = entry, self.said[entry.pk]


def find_known(plan: Plan, documents: Sequence[Document], recorded: Recorded) -> None:
    """Which entry each document is; where that is not sure a person is asked. The surest are found first."""
    open_ones = [document for document in documents if document.known is None]
    for document in open_ones:
        same_day = [entry for entry in recorded.candidates(document) if document.key and entry.on == document.key.on]
        sure = [entry for entry in same_day if _is_the_same(document, recorded.said[entry.pk])]
        if not sure and document.key and document.key.number and len(same_day) == 1:
            sure = same_day
        if sure:
            recorded.claim(document, sure[0])
    for document in open_ones:
        if document.known is None and (similar := _similar(document, recorded)):
            _ask(plan, document, similar, recorded)


def _is_the_same(document: Document, said: NewCost) -> bool:
    return is_same_cost(document.cost(said)[0], said)


def _similar(document: Document, recorded: Recorded) -> list[CostEntry]:
    found = recorded.candidates(document)
    if document.key and document.key.number:
        return found
    return [entry for entry in found if _names_the_same(document.head, entry)]


def _names_the_same(head: Mapping[str, Any], entry: CostEntry) -> bool:
    """Whether company and text are the same as far as both have them, and one of them is."""
    pairs = [(normalise_heading(head.get(name)), normalise_heading(getattr(entry, name))) for name in ("payee", "text")]
    both = [(one, other) for one, other in pairs if one and other]
    return bool(both) and all(one == other for one, other in both)


def _ask(plan: Plan, document: Document, similar: Sequence[CostEntry], recorded: Recorded) -> None:
    """The first row asks for all of the document."""
    first, *others = document.rows
    message = _("A document like this is recorded already: is it the same, or another one?")
    choices = [Choice(entry.pk, _described(entry)) for entry in similar]
    answer = plan.ambiguous(first, "number", choices, message, can_create=True)
    if answer and answer.action == "map":
        recorded.claim(document, next(entry for entry in similar if entry.pk == answer.to))
    for i in others if answer is None else ():
        if plan.outcomes[first] is Outcome.SKIPPED:
            plan.outcomes[i] = Outcome.SKIPPED
        elif plan.is_open(i):
            plan.doubt(i, "number", "ambiguous", message)


def _described(entry: CostEntry) -> str:
    stage = parse_stage.choices(entry.stage)
    words = (entry.number, entry.payee or entry.text, as_read(entry.on), as_read(stage), f"{as_read(entry.amount)} €")
    return " · ".join(filter(None, words))
