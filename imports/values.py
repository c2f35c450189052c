"""Words for one of a few values (status, use, trade …) that nothing knows: asked about once, mapped as decided."""

from collections.abc import Mapping, MutableMapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from common.cell_types import ChoiceOf
from common.columns import Column
from common.parsing import ParseError, normalise_heading
from imports.enums import BatchStatus
from imports.findings import Choice
from imports.models import ImportBatch, ImportProfile
from imports.options import VALUE, Context

if TYPE_CHECKING:
    from imports.preview import Plan

_SIMILAR = 60  # of 100; below that a suggestion helps nobody
_MOST = 3
#: So many earlier imports are asked what a word meant there.
_EARLIER = 200


def is_unknown_word(column: Column, fault: ParseError) -> bool:
    """Whether somebody can say what the cell means: its column knows only some words."""
    return fault.code == "unknown_choice" and isinstance(column.parse, ChoiceOf)


def take_decided(
    context: Context, column: Column, values: MutableMapping[Any, Any], faults: MutableMapping[Any, ParseError]
) -> None:
    """Move what somebody has decided about from ``faults`` to ``values``; both by cell."""
    if not isinstance(column.parse, ChoiceOf):
        return
    for cell, fault in list(faults.items()):
        decision = context.decision(VALUE + column.key, fault.params["value"])
        if is_unknown_word(column, fault) and decision and decision.value in column.parse.choices.values:
            values[cell] = decision.value
            del faults[cell]


def ask_about(plan: "Plan", column: Column, faults: Sequence[tuple[int, ParseError]]) -> None:
    """The rows wait until somebody says what their words mean, one of the ``choices`` that fit one of these rows."""
    find = Suggestions(plan.table.kind, column)
    fitting: dict[str, dict[str, None]] = {}
    for word, choices in {(fault.params["value"], fault.params["choices"]): None for _i, fault in faults}:
        fitting.setdefault(word, {}).update(dict.fromkeys(choices.split(", ")))
    for i, fault in faults:
        word = fault.params["value"]
        obstacle = _("Possible are: %(choices)s.") % {"choices": ", ".join(fitting[word])}
        plan.wonder(i, column.key, VALUE + column.key, word, find, obstacle)


class Suggestions:
    """What a word of a column may mean: as decided in other imports of the kind, then what looks similar."""

    def __init__(self, kind: str, column: Column) -> None:
        self._kind, self._column = kind, column

    def __call__(self, text: str) -> list[Choice]:
        assert isinstance(self._column.parse, ChoiceOf)
        words, labels = self._column.parse.words, dict(self._column.parse.choices.choices)
        near = process.extract(normalise_heading(text), words.keys(), scorer=fuzz.WRatio, limit=None)
        scores: dict[str, int] = {}
        for word, score, _index in near:
            if score >= _SIMILAR:
                scores[words[word]] = max(scores.get(words[word], 0), int(score))
        ranked = sorted(scores, key=lambda value: -scores[value])
        if (earlier := self._earlier.get(text)) in labels:
            ranked = [earlier, *(value for value in ranked if value != earlier)]
        return [Choice(value, str(labels[value]), scores.get(value)) for value in ranked[:_MOST]]

    @cached_property
    def _earlier(self) -> dict[str, Any]:
        """Word → value: of profiles and imports that were taken, of which the latest knows best."""
        batches = ImportBatch.objects.filter(kind=self._kind, status=BatchStatus.TAKEN).exclude(decisions={})
        given = [
            *ImportProfile.objects.filter(kind=self._kind).values_list("decisions", flat=True),
            *reversed(batches.order_by("-created_at").values_list("decisions", flat=True)[:_EARLIER]),
        ]
        found: dict[str, Any] = {}
        for decisions in given:
            found.update(_mapped(decisions.get(VALUE + self._column.key, {})))
        return found


def _mapped(decisions: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {text: one.get("to") for text, one in decisions.items() if one and one["action"] == "map"}
