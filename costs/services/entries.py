"""Recording costs, correcting and withdrawing them: one document by hand, thousands from a workbook."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import told
from audit.facts import day_errors
from audit.models import Act
from audit.services import Record, log_records, open_act
from audit.timelines import Timelines
from common.bulk import ids, insert_rows, next_ids, update_rows
from common.dated import NewSpan, Revision, Span
from costs.enums import CostStage
from costs.models import CostEntry, CostPart
from costs.rules import Faults, Lists, NewCost, NewPart, faults_of, lists_for, site_of, trade_of

#: What an entry repeats of its parts, and what is known of the document itself.
DETAILS = ("stage", "is_credit", "on", "number", "payee", "text", "amount", "net")
_WHAT = ("trade", "category", "school", "site", "order", "project")
PARTS = Timelines(CostPart, "entry", ("stage", "programme", "amount", *_WHAT))


def record_cost(new: NewCost, *, by: Actor, reason: str = "") -> CostEntry:
    """Record one document with its parts.

    Raises ``ValidationError`` by field; what is wrong with part 0 stands at ``parts-0-<field of NewPart>``.
    """
    with transaction.atomic():
        act = open_act(by, "cost.record", subject=new.label, reason=reason)
        _refuse(_faults(new, lists_for([new]), act))
        (key,) = _insert([new], act)
        return CostEntry.objects.get(pk=key)


def create_costs(new: Sequence[NewCost], act: Act) -> list[int]:
    """Record documents within ``act`` in a constant number of statements; their keys in the given order.

    Raises ``ValidationError`` naming each document that cannot be.
    """
    _refuse_any(new, act)
    return _insert(new, act)


def correct_cost(entry: CostEntry, new: NewCost, *, by: Actor, reason: str) -> CostEntry:
    """Supersede all parts of an entry by those of ``new``; the entry keeps its key. Raises as ``record_cost``."""
    with transaction.atomic():
        current = locked_entry(entry)
        act = open_act(by, "cost.correct", subject=current_label(current), reason=reason)
        _refuse(_faults(new, lists_for([new]), act))
        _replace([_corrected(current, new, PARTS.load([current.pk]).get(current.pk, []))], act)
        return CostEntry.objects.get(pk=current.pk)


def correct_costs(changes: Mapping[int, NewCost], act: Act) -> int:
    """The bulk twin of ``correct_cost``: ``{entry: what it should say}``, in a constant number of statements.

    Raises ``ValidationError`` as ``create_costs``, and for an entry that was withdrawn meanwhile.
    """
    found = CostEntry.objects.existing().filter(pk__in=ids(changes)).select_for_update(of=("self",)).order_by("pk")
    entries = {entry.pk: entry for entry in found}
    if changes.keys() - entries.keys():
        raise _withdrawn()
    _refuse_any(changes.values(), act)
    parts = PARTS.load(changes) if changes else {}
    _replace([_corrected(entries[pk], new, parts.get(pk, [])) for pk, new in changes.items()], act)
    return len(changes)


def withdraw_cost(entry: CostEntry, *, by: Actor, reason: str) -> None:
    """Take back a document that should never have been recorded; no sum has it any more."""
    with transaction.atomic():
        current = locked_entry(entry)
        act = open_act(by, "cost.withdraw", subject=current_label(current), reason=reason)
        parts = PARTS.load([current.pk]).get(current.pk, [])
        PARTS.write({current.pk: Revision(supersede=tuple(part.pk for part in parts))}, act)
        gone = {name: [told(getattr(current, name)), None] for name in DETAILS if getattr(current, name)}
        log_records(act, CostEntry, [Record(current.pk, str(current), None, gone | {"parts": [_told(parts), None]})])
        current.revoked_by = act
        current.save(update_fields=["revoked_by"])


def end_plan(entry: CostEntry, *, by: Actor, on: date, reason: str = "") -> CostEntry:
    """Say that from ``on`` a plan does not hold any more: another one took its place. Until then it held.

    Raises ``ValidationError`` for what is no plan, or has ended already.
    """
    with transaction.atomic():
        current = locked_entry(entry)
        act = open_act(by, "cost.end", subject=current_label(current), reason=reason)
        parts = PARTS.load([current.pk])[current.pk]
        errors = day_errors(on, act)
        if current.stage != CostStage.PLANNED:
            errors["stage"] = [
                ValidationError(_("Only a plan ends; money that comes back is a credit note."), "no_plan")
            ]
        if on <= current.on or any(part.valid_until for part in parts):
            errors["on"] = [ValidationError(_("The end must be after the beginning."), "ended")]
        _refuse(errors)
        ended = [NewSpan(current.on, on, part.values) for part in parts]
        _replace([_Replacement(current, parts, ended, {})], act)
        return current


def cost_as_new(entry: CostEntry) -> NewCost:
    """What is recorded now, in the shape in which it is recorded: to begin a correction with."""
    return costs_as_new([entry])[entry.pk]


def costs_as_new(entries: Sequence[CostEntry]) -> dict[int, NewCost]:
    """The same of several entries by their keys, in one query."""
    believed = CostPart.objects.filter(entry__in=ids(entry.pk for entry in entries), superseded_at__isnull=True)
    parts: dict[int, list[NewPart]] = {}
    for part in believed.select_related("entry", "programme", *_WHAT[1:]).order_by("pk") if entries else ():
        parts.setdefault(part.entry_id, []).append(part_as_new(part))
    return {entry.pk: _as_new(entry, parts.get(entry.pk, ())) for entry in entries}


def part_as_new(part: CostPart) -> NewPart:
    """What a part says, in the shape in which it is recorded."""
    return NewPart(part.programme, abs(part.amount), **{name: getattr(part, name) for name in _WHAT})


def is_same_cost(one: NewCost, other: NewCost) -> bool:
    """Whether recording either would leave the same behind."""
    return _row(one) == _row(other) and sorted(_values(one), key=str) == sorted(_values(other), key=str)


def _as_new(entry: CostEntry, parts: Sequence[NewPart]) -> NewCost:
    net = None if entry.net is None else abs(entry.net)
    return NewCost(entry.stage, entry.on, tuple(parts), entry.number, entry.payee, entry.text, net, entry.is_credit)


def current_label(entry: CostEntry) -> str:
    return f"{entry} {entry.payee}".rstrip()


def _faults(new: NewCost, lists: Lists, act: Act) -> Faults:
    faults = faults_of(new, lists)
    for field, errors in day_errors(new.on, act).items():
        faults.setdefault(field, []).extend(errors)
    return faults


def _refuse(errors: Mapping[str, Any]) -> None:
    if errors:
        raise ValidationError(dict(errors))


def locked_entry(entry: CostEntry) -> CostEntry:
    current: CostEntry | None = CostEntry.objects.existing().select_for_update(of=("self",)).filter(pk=entry.pk).first()
    if current is None:
        raise _withdrawn()
    return current


def _withdrawn() -> ValidationError:
    return ValidationError(_("This cost entry was withdrawn meanwhile."), "revoked")


def _refuse_any(new: Collection[NewCost], act: Act) -> None:
    """Name each document that cannot be recorded."""
    lists = lists_for(new)
    message = _("%(cost)s: %(problem)s")
    errors = [
        ValidationError(message, error.code, {"cost": one.label, "problem": error.messages[0]})
        for one in new
        for of_field in _faults(one, lists, act).values()
        for error in of_field
    ]
    if errors:
        raise ValidationError(errors)


def _insert(new: Sequence[NewCost], act: Act) -> list[int]:
    keys = list(next_ids(CostEntry, len(new)))
    pairs = list(zip(keys, new, strict=True))
    insert_rows(CostEntry, ("id", *DETAILS), ((pk, *_row(one).values()) for pk, one in pairs))
    PARTS.insert(((pk, NewSpan(one.on, None, values)) for pk, one in pairs for values in _values(one)), act)
    log_records(act, CostEntry, (_created(pk, one) for pk, one in pairs))
    return keys


class _Replacement(NamedTuple):
    """What an entry said until now, and what it says instead. ``details``: of the document itself."""

    entry: CostEntry
    before: Sequence[Span]
    after: Sequence[NewSpan]
    details: Mapping[str, Any]


def _corrected(entry: CostEntry, new: NewCost, before: Sequence[Span]) -> _Replacement:
    after = [NewSpan(new.on, _end(before, new), values) for values in _values(new)]
    return _Replacement(entry, before, after, _row(new))


def _replace(replacements: Sequence[_Replacement], act: Act) -> None:
    """Believe other parts of entries, and bring their copies of them up to date."""
    revisions, rows, records = {}, [], []
    for entry, before, after, details in replacements:
        revisions[entry.pk] = Revision(supersede=tuple(part.pk for part in before), insert=tuple(after))
        now = {name: getattr(entry, name) for name in DETAILS}
        changes: dict[str, Any] = {name: [now[name], new] for name, new in details.items() if now[name] != new}
        if changes:
            rows.append((entry.pk, *(now | dict(details)).values()))
        pair = [_told(before), _told(after)]
        told = changes | ({"parts": pair} if pair[0] != pair[1] else {})
        records.append(Record(entry.pk, str(entry), None, told))
    PARTS.write(revisions, act)
    update_rows(CostEntry, DETAILS, rows)
    log_records(act, CostEntry, records)


def _end(before: Sequence[Span], new: NewCost) -> date | None:
    """A plan that has ended stays ended when it is corrected."""
    until = before[0].valid_until if before and new.stage == CostStage.PLANNED else None
    return until if until and until > new.on else None


def _created(pk: int, new: NewCost) -> Record:
    changes = {name: [None, value] for name, value in _row(new).items() if value not in ("", None, False)}
    return Record(
        pk, new.label, None, changes | {"parts": [None, _told(NewSpan(new.on, None, v) for v in _values(new))]}
    )


def _row(new: NewCost) -> dict[str, Any]:
    """What the entry says, with the sign of the money."""
    sign = -1 if new.is_credit else 1
    net = None if new.net is None else sign * new.net
    return dict(
        zip(
            DETAILS,
            (str(new.stage), new.is_credit, new.on, new.number, new.payee, new.text, sign * new.total, net),
            strict=True,
        )
    )


def _values(new: NewCost) -> Iterator[tuple[Any, ...]]:
    """What the parts say, in the order of ``PARTS.values``; parts that differ in their amount only are one."""
    amounts: dict[tuple[Any, ...], Decimal] = {}
    for part in new.parts:
        what = (
            trade_of(part),
            _key(part.category),
            _key(part.school),
            site_of(part),
            _key(part.order),
            _key(part.project),
        )
        amounts[part.programme.pk, *what] = amounts.get((part.programme.pk, *what), Decimal(0)) + part.amount
    sign = -1 if new.is_credit else 1
    for (programme, *of_one), amount in amounts.items():
        yield str(new.stage), programme, sign * amount, *of_one


def _told(parts: Iterable[Span | NewSpan]) -> str:
    """Parts as the trail keeps them: keys of the records that they name."""
    texts = []
    for part in parts:
        _stage, programme, amount, *what = part.values
        named = (f"{name}={value}" for name, value in zip(_WHAT, what, strict=True) if value)
        until = [f"until={part.valid_until}"] if part.valid_until else []
        texts.append(" ".join([f"programme={programme}", f"{amount:.2f}", *named, *until]))
    return "; ".join(sorted(texts))


def _key(record: Any) -> int | None:
    return record.pk if record else None
