"""Answers as somebody gives them, held against what was asked, in the shape that ``decide`` keeps.

Every function raises ``ValidationError`` with one sentence per answer that fits no question of the batch.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from imports.conflicts import CONFLICT, KEEP, TAKE
from imports.kinds import KINDS
from imports.meanings import DETAILS, Entry, Record, meanings_of, records_for
from imports.models import ImportBatch
from imports.options import Options
from imports.profiles import decisions_of
from inventory.models import Category

#: ``{kind of value: {text: decision, or None where one is taken back}}``
Decisions = dict[str, dict[str, dict[str, Any] | None]]

MAP, CREATE, REJECT, WITHDRAW = "map", "create", "reject", "withdraw"
#: Kind of the decisions about rows that may mean several records.
ROW = "row"

_NO_QUESTION = _("There is no open question about “%(text)s”.")
_NOT_OFFERED = _("“%(text)s” cannot be answered like this: choose one of the records that are offered.")
_CANNOT_CREATE = _("“%(text)s” cannot be created here.")
_INCOMPLETE = _("To create “%(text)s”, say manufacturer, model and category.")
_NOT_ANSWERED = _("There is no answer about “%(text)s” that could be taken back.")


class Answer(NamedTuple):
    """``action``: ``map`` (``to``: key of a record, or word), ``create`` (with ``details``), ``reject``, ``withdraw``.

    ``kind`` and ``text`` name the question; ``row`` and ``conflict`` are kinds, too.
    """

    kind: str
    text: str
    action: str
    to: int | str | None = None
    details: Mapping[str, str] = {}


def chosen_options(batch: ImportBatch, changes: Mapping[str, Any]) -> Options:
    """The options of the batch with ``changes``; sheets and columns must be those of the file and its kind."""
    sheet, columns = changes.get("sheet"), {column.key for column in KINDS[batch.kind].columns} if batch.kind else set()
    if sheet and sheet not in batch.summary.get("sheets", ()):
        refusal = ValidationError(_("The file has no sheet “%(sheet)s”."), "no_sheet", {"sheet": sheet})
        raise ValidationError({"sheet": refusal})
    if unknown := [key for key in changes.get("skip", ()) if key not in columns]:
        refusal = ValidationError(_("There is no column “%(key)s”."), "unknown_column", {"key": unknown[0]})
        raise ValidationError({"skip": refusal})
    return Options.of_json(batch.options | changes)


def decide_values(batch: ImportBatch, user: Any, answers: Sequence[Answer], others: Mapping[str, str]) -> Decisions:
    """``others``: per kind of value, ``create`` or ``reject`` for all about which nothing else is said."""
    asked = {(entry["kind"], entry["text"]): entry for entry in batch.summary.get("unknown", ())}
    found: Decisions = {}
    for entry in asked.values():
        rest = others.get(entry["kind"])
        if rest == REJECT or (rest == CREATE and entry["can_create"]):
            found.setdefault(entry["kind"], {})[entry["text"]] = {"action": rest}
    named = [entry for entry in (asked.get(answer[:2]) for answer in answers) if entry]
    records, categories = records_for(batch, user, named), set(Category.objects.values_list("key", flat=True))
    for answer, decision in _each(answers, lambda one: _about_value(batch, one, asked, records, categories)):
        found.setdefault(answer.kind, {})[answer.text] = decision
    return found


def decide_rows(batch: ImportBatch, answers: Sequence[Answer]) -> Decisions:
    """Which record a row means, where it may mean several."""
    asked = {question["text"]: question for question in batch.summary.get("questions", ())}
    return {ROW: {answer.text: one for answer, one in _each(answers, lambda one: _about_row(batch, one, asked))}}


def decide_conflicts(batch: ImportBatch, answers: Mapping[str, str], others: str = "") -> Decisions:
    """``keep`` or ``take`` per conflict; ``others``: for those that are not named."""
    asked = {conflict["text"]: conflict["now"] for conflict in batch.summary.get("conflicts", ())}
    if unasked := sorted(answers.keys() - asked.keys()):
        raise ValidationError([_refused(_NO_QUESTION, "no_question", text) for text in unasked])
    chosen = {text: answers.get(text) or others for text in asked}
    return {
        CONFLICT: {
            text: {"action": answer, "now": asked[text]} for text, answer in chosen.items() if answer in (KEEP, TAKE)
        }
    }


def given_answers(batch: ImportBatch) -> list[dict[str, Any]]:
    """``{kind, text, action, to, label}`` of what was said so far, for this file or in its profile."""
    return [
        {"kind": kind, "text": text, "action": one["action"], "to": one.get("to"), "label": one.get("label")}
        for kind, given in decisions_of(batch).items()
        for text, one in given.items()
        if one
    ]


def _each(answers: Iterable[Answer], read: Any) -> Iterator[tuple[Answer, dict[str, Any] | None]]:
    """Every answer with its decision; all refusals at once."""
    found, refused = [], []
    for answer in answers:
        try:
            found.append((answer, read(answer)))
        except ValidationError as error:
            refused.append(error)
    if refused:
        raise ValidationError(refused)
    yield from found


def _about_value(
    batch: ImportBatch,
    answer: Answer,
    asked: Mapping[tuple[str, str], Entry],
    records: Mapping[str, Sequence[Record]],
    categories: set[str],
) -> dict[str, Any] | None:
    if answer.action == WITHDRAW:
        _require_answered(batch, answer)
        return None
    entry = asked.get((answer.kind, answer.text))
    if entry is None:
        raise _refused(_NO_QUESTION, "no_question", answer.text)
    if answer.action == MAP:
        labels = {choice["id"]: choice["label"] for choice in entry["suggestions"]}
        return _mapped(answer, labels | {record.key: record.label for record in meanings_of(entry, records)})
    return _created(answer, entry, categories) if answer.action == CREATE else {"action": REJECT}


def _about_row(batch: ImportBatch, answer: Answer, asked: Mapping[str, Mapping[str, Any]]) -> dict[str, Any] | None:
    if answer.action == WITHDRAW:
        _require_answered(batch, answer)
        return None
    question = asked.get(answer.text)
    if question is None:
        raise _refused(_NO_QUESTION, "no_question", answer.text)
    if answer.action == MAP:
        return _mapped(answer, {candidate["id"]: candidate["label"] for candidate in question["candidates"]})
    if answer.action == CREATE and not question["can_create"]:
        raise _refused(_CANNOT_CREATE, "cannot_create", answer.text)
    return {"action": answer.action}


def _mapped(answer: Answer, labels: Mapping[int | str, str]) -> dict[str, Any]:
    if answer.to is None or answer.to not in labels:
        raise _refused(_NOT_OFFERED, "not_offered", answer.text)
    return {"action": MAP, "to": answer.to, "label": labels[answer.to]}


def _created(answer: Answer, entry: Entry, categories: set[str]) -> dict[str, Any]:
    """A model needs manufacturer, model and category, unless the list says enough itself."""
    wanted, is_known = DETAILS.get(answer.kind, ()), entry["can_create"]
    if not wanted and not is_known:
        raise _refused(_CANNOT_CREATE, "cannot_create", answer.text)
    details = {name: answer.details[name] for name in wanted if answer.details.get(name)}
    missing = set(wanted) - details.keys() - ({"category"} if is_known else set())
    if (missing and (details or not is_known)) or details.get("category", "") not in {"", *categories}:
        raise _refused(_INCOMPLETE, "incomplete", answer.text)
    return {"action": CREATE, **details}


def _require_answered(batch: ImportBatch, answer: Answer) -> None:
    if not decisions_of(batch).get(answer.kind, {}).get(answer.text):
        raise _refused(_NOT_ANSWERED, "not_answered", answer.text)


def _refused(message: Any, code: str, text: str) -> ValidationError:
    return ValidationError(message, code, {"text": text})
