"""From the rows of a file to documents: what is missing or cannot be is said at its cell."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from common.parsing import normalise_heading
from costs.columns import says_credit
from costs.models import CostEntry, CostPart
from costs.services import part_as_new, split
from imports.enums import Outcome
from imports.financings import Shares
from imports.kinds.costs.documents import Document, Key, Recorded
from imports.kinds.costs.pairing import Draft
from imports.kinds.costs.references import References
from imports.preview import Plan
from imports.reader import Cells, cut, other_rows

_LONGEST_TEXT = 300
_BLANK_PARTS: Mapping[str, Any] = {"trade": ""} | dict.fromkeys(("category", "school", "site", "order", "project"))
#: Of our own list: what rows say of the document itself.
_HEAD = ("on", "stage", "is_credit", "payee", "text")


class CostRows:
    """``own``: the recorded part of each row of our own list; ``shares``: programmes per row."""

    def __init__(
        self,
        plan: Plan,
        cells: Cells,
        references: References,
        shares: Sequence[Shares],
        own: Mapping[int, CostPart],
    ) -> None:
        self.plan, self.cells, self.shares, self.own = plan, cells, shares, own
        self.said = [references.of(i) for i in range(len(plan.outcomes))]
        skip = frozenset(plan.context.options.skip)
        self._skip = skip | {"school"} if "school_number" in skip else skip

    def documents(self) -> list[Document]:
        """What the rows that are not of our own list say; rows without any use are reported."""
        found: dict[Any, Document] = {}
        for i in range(len(self.plan.outcomes)):
            if i in self.plan.edited:
                continue
            self._require(i)
            self._check_sign(i, self._is_credit(i))
            if (key := self._key(i)) is not None:
                found.setdefault(key, Document(key, self._skip)).rows.append(i)
        documents = list(found.values())
        self._complete(documents)
        for document in documents:
            self._read(document)
            self._refuse_incomplete(document, self._closed(document.rows))
        return [document for document in documents if document.rows]

    def with_own(self, documents: Sequence[Document], recorded: Recorded) -> list[Document]:
        """The same, and those of our own list; rows added below to one of these are its."""
        by_entry: dict[int, dict[int, CostPart]] = {}
        for i, part in self.own.items():
            by_entry.setdefault(part.entry_id, {})[i] = part
        own = [self._own_document(recorded.entries[pk], parts, recorded) for pk, parts in by_entry.items()]
        listed: dict[tuple[Any, ...], Document] = {}
        for document in own:
            entry = document.known
            assert entry is not None
            if entry.number:
                listed[entry.number, entry.stage, entry.is_credit, entry.on] = document
        others = []
        for document in documents:
            key = document.key
            assert key is not None
            found = listed.get((key.number, key.stage, key.is_credit, key.on))
            if found and found.known and key.payee in ("", normalise_heading(found.known.payee)):
                self._refuse_incomplete(document, self._closed(i for i in found.own if self.plan.edited.get(i)))
                document.drafts = [draft for draft in document.drafts if draft.row in document.rows]
                found.rows += document.rows
                found.drafts += document.drafts
            else:
                others.append(document)
        return [document for document in own if document.rows] + others

    def _own_document(self, entry: CostEntry, parts: Mapping[int, CostPart], recorded: Recorded) -> Document:
        edited = [i for i in parts if self.plan.edited.get(i)]
        document = Document(None, self._skip, edited, own=parts)
        for i in edited:
            told = self.cells["is_credit"][i]
            self._check_sign(i, entry.is_credit if told is None else bool(told))
        self._read_own(document)
        recorded.claim(document, entry)
        return document

    def _require(self, i: int) -> None:
        for key in ("stage", "amount", "programme"):
            if self.cells[key][i] is None and not self.plan.has_value(i, key):
                self.plan.reject(i, key, "missing", _("Please fill in this cell."))
        if self.cells["on"][i] is None and not self.plan.has_value(i, "on") and not self.plan.context.options.on:
            self.plan.reject(i, "on", "missing", _("Please fill in this cell."))

    def _is_credit(self, i: int) -> bool:
        told = self.cells["is_credit"][i]
        return bool(told) if told is not None else says_credit(self.plan.table.text(i, "stage"))

    def _check_sign(self, i: int, is_credit: bool) -> None:
        if is_credit and self.cells["stage"][i] == "planned":
            self.plan.reject(i, "is_credit", "credited_plan", _("A plan is changed, not credited."))
        for key in ("amount", "net"):
            value = self.cells[key][i]
            if value is not None and value < 0 and not is_credit:
                message = _("The amount is negative. Money that comes back is a credit note: please mark it as one.")
                self.plan.reject(i, key, "negative", message)

    def _key(self, i: int) -> Key | None:
        """``None`` where stage or day are not known."""
        cells = self.cells
        is_day_bad = cells["on"][i] is None and self.plan.has_value(i, "on")
        day = cells["on"][i] or (None if is_day_bad else self.plan.context.options.on)
        if cells["stage"][i] is None or day is None:
            return None
        number = cells["number"][i] or ""
        payee = normalise_heading(cells["payee"][i])
        return Key(cells["stage"][i], self._is_credit(i), day, number, payee, None if number else i)

    def _complete(self, documents: Sequence[Document]) -> None:
        """A document is taken with all of its rows, or not at all."""
        faulty: dict[tuple[str, str], list[int]] = {}
        for i, number in enumerate(self.cells["number"]):
            if number and not self.plan.is_open(i):
                faulty.setdefault((number, normalise_heading(self.cells["payee"][i])), []).append(i)
        for document in documents:
            key = document.key
            assert key is not None
            bad = [i for i in faulty.get((key.number, key.payee), ()) if self._may_be_of(i, key)]
            self._refuse_incomplete(document, bad)

    def _closed(self, rows: Iterable[int]) -> list[int]:
        return [i for i in rows if not self.plan.is_open(i)]

    def _refuse_incomplete(self, document: Document, bad: Sequence[int]) -> None:
        message = _("Another row of this document cannot be taken: row %(rows)s.")
        for i in document.rows if bad else ():
            if self.plan.is_open(i):
                words = message % {"rows": other_rows(self.plan, -1, bad)}
                is_left_out = all(self.plan.outcomes[other] is Outcome.SKIPPED for other in bad)
                (self.plan.skip if is_left_out else self.plan.reject)(i, "number", "document", words)
        document.rows = [i for i in document.rows if self.plan.is_open(i)]

    def _may_be_of(self, i: int, key: Key) -> bool:
        return self.cells["stage"][i] in (None, key.stage) and self.cells["on"][i] in (None, key.on)

    def _read(self, document: Document) -> None:
        key, cells = document.key, self.cells
        assert key is not None
        if not document.rows:
            return
        head: dict[str, Any] = {"stage": key.stage, "on": key.on, "is_credit": key.is_credit}
        head |= {"number": key.number} if key.number else {}
        first = document.rows[0]
        if cells["payee"][first]:
            head["payee"] = cells["payee"][first]
        texts = dict.fromkeys(cells["text"][i] for i in document.rows if cells["text"][i])
        if texts:
            head["text"] = cut("; ".join(texts), _LONGEST_TEXT)
        for name in ("payee", "text"):
            if all(self.plan.clears(i, name) for i in document.rows):
                head[name] = ""
        head |= self._net(document)
        document.head = head
        document.drafts = [draft for i in document.rows for draft in self._drafts(i)]

    def _net(self, document: Document) -> dict[str, Decimal | None]:
        """The sum, where every row states a net amount."""
        given = [i for i in document.rows if self.cells["net"][i] is not None]
        if not given:
            return {"net": None} if all(self.plan.clears(i, "net") for i in document.rows) else {}
        for i in set(document.rows).difference(given):
            message = _("Other rows of this document state a net amount: please state it here, too.")
            self.plan.reject(i, "net", "missing", message)
        return {"net": sum((abs(self.cells["net"][i]) for i in given), Decimal(0))}

    def _read_own(self, document: Document) -> None:
        """What edited rows of our own list say; what they say of the document must be the same."""
        for name in _HEAD:
            said = {i: self.cells[name][i] for i in document.rows if self.cells[name][i] is not None}
            if len(set(said.values())) > 1:
                for i in said:
                    message = _("Row %(rows)s says something else about the same document.")
                    others = [other for other in said if said[other] != said[i]]
                    self.plan.reject(i, name, "contradiction", message % {"rows": other_rows(self.plan, -1, others)})
            elif said:
                document.head[name] = next(iter(said.values()))
            elif any(self.plan.clears(i, name) for i in document.rows if name in ("payee", "text")):
                document.head[name] = ""
        nets = [abs(value) for i in document.rows if (value := self.cells["net"][i]) is not None]
        if nets:
            document.head["net"] = sum(nets, Decimal(0))
        elif any(self.plan.clears(i, "net") for i in document.rows):
            document.head["net"] = None
        self._refuse_incomplete(document, self._closed(document.rows))
        document.drafts = [draft for i in document.rows for draft in self._drafts(i)]

    def _drafts(self, i: int) -> list[Draft]:
        """One for each programme that pays a share of the row."""
        said = {**self.said[i]}
        for name, blank in _BLANK_PARTS.items():
            if self.plan.clears(i, name):
                said.setdefault(name, blank)
        amount, shares = self.cells["amount"][i], self.shares[i]
        if amount is not None:
            said["amount"] = abs(amount)
        if len(shares) == 1:
            said["programme"] = shares[0][0]
        if len(shares) < 2:
            return [Draft(i, said)]
        if i in self.own:
            said = part_as_new(self.own[i])._asdict() | said
        if "amount" not in said:
            return []
        amounts = split(said["amount"], [percent for _programme, percent in shares])
        pairs = zip(shares, amounts, strict=True)
        return [
            Draft(i, said | {"programme": programme, "amount": part}) for (programme, _percent), part in pairs if part
        ]
