"""What the page of goods receipt has collected so far: it travels with the form, with and without JavaScript."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.http import QueryDict

from inventory.models import Order, OrderLine
from inventory.services.receipt import Announced, CheckedCode, Code, check_codes

#: One delivery note never lists more; protects the page from a pasted workbook.
MOST_CODES = 10_000
#: Between two codes of one field; no code has it, see ``inventory.codes``.
_BETWEEN = ";"
#: Beside the line of a code whose device is damaged.
_DAMAGED = "d"


@dataclass(slots=True)
class Receiving:
    """``codes``: as scanned, in order. ``refused``: set aside, as they cannot be booked. ``announced``: by serial.

    In the form a code is ``<line>:<serial>``, a damaged one ``<line>d:<serial>``, a refused one
    ``<problem>:<line>:<serial>``.
    """

    order: Order
    lines: Mapping[str, OrderLine]
    codes: list[Code] = field(default_factory=list)
    refused: list[CheckedCode] = field(default_factory=list)
    announced: dict[str, Announced] = field(default_factory=dict)
    is_cut: bool = False

    @classmethod
    def of(cls, order: Order, data: QueryDict) -> Self:
        """What was posted, as far as it is of this order."""
        lines = {str(line.pk): line for line in order.lines.with_delivered()}
        receiving = cls(order, lines, announced=_announced(data.get("announced", ""), lines))
        receiving.codes = [*_codes(data.getlist("code"), lines)][:MOST_CODES]
        receiving.refused = [*_refused(data.getlist("refused"), lines)][:MOST_CODES]
        return receiving

    def add(self, codes: Iterable[Code]) -> None:
        """More than the page can hold is left out, and that ``is_cut``."""
        self.codes += codes
        self.is_cut = len(self.codes) > MOST_CODES
        del self.codes[MOST_CODES:]

    def remove(self, index: str) -> None:
        self.codes = [code for i, code in enumerate(self.codes) if str(i) != index]

    def undo_last(self) -> None:
        del self.codes[-1:]

    def turn_damage(self, index: str) -> None:
        """Say that the device of a code is damaged, or that it is not."""
        self.codes = [
            code._replace(damage="" if code.damage else _DAMAGED) if str(i) == index else code
            for i, code in enumerate(self.codes)
        ]

    def set_aside(self) -> None:
        """Take out what cannot be booked; what says something about the delivery is remembered for its report."""
        checked = check_codes(self.order, self.codes, self.announced)
        self.codes = [code for code, one in zip(self.codes, checked, strict=True) if not one.problem]
        known = {(one.problem, one.serial) for one in self.refused}
        bad = [one for one in checked if one.problem not in ("", "twice")]
        self.refused += {
            (one.problem, one.serial): one for one in bad if (one.problem, one.serial) not in known
        }.values()

    def follow_the_list(self) -> None:
        """Put each code to the order line that the supplier's list gives it."""
        for i, code in enumerate(self.codes):
            listed = self.announced.get(code.serial)
            line = self.lines.get(str(listed.line)) if listed else None
            if line is not None:
                self.codes[i] = code._replace(line=line)

    def with_damage(self, text: str) -> list[Code]:
        return [code._replace(damage=text) if code.damage else code for code in self.codes]

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields, by name."""
        codes = (f"{c.line.pk}{_DAMAGED if c.damage else ''}:{c.serial}" for c in self.codes)
        refused = (f"{c.problem}:{c.line.pk}:{c.serial}" for c in self.refused)
        found = {"code": _BETWEEN.join(codes), "refused": _BETWEEN.join(refused)}
        if self.announced:
            found["announced"] = json.dumps({serial: list(one) for serial, one in self.announced.items()})
        return found


def _codes(values: Iterable[str], lines: Mapping[str, OrderLine]) -> Iterator[Code]:
    for value in _BETWEEN.join(values).split(_BETWEEN):
        line, _colon, serial = value.partition(":")
        is_damaged = line.endswith(_DAMAGED)
        line = line.removesuffix(_DAMAGED)
        if line in lines and serial:
            yield Code(lines[line], serial, damage=_DAMAGED if is_damaged else "")


def _refused(values: Iterable[str], lines: Mapping[str, OrderLine]) -> Iterator[CheckedCode]:
    for value in _BETWEEN.join(values).split(_BETWEEN):
        problem, _colon, rest = value.partition(":")
        line, _colon, serial = rest.partition(":")
        if problem in ("in_stock", "wrong_model", "too_many", "unusable") and line in lines:
            yield CheckedCode(lines[line], serial, problem)


def _announced(text: str, lines: Mapping[str, OrderLine]) -> dict[str, Announced]:
    """What the page itself wrote; anything else is left out."""
    try:
        found: Any = json.loads(text) if text else {}
    except ValueError:
        return {}
    known = {None, 0, *(line.pk for line in lines.values())}
    return {
        serial: Announced(one[0], one[1])
        for serial, one in (found.items() if isinstance(found, dict) else ())
        if isinstance(one, list) and len(one) == 2 and one[0] in known and isinstance(one[1], str)
    }
