"""What somebody chose for one import: options of the file, decisions about unknown values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Self

from imports.enums import Blank, Mode


class Decision(NamedTuple):
    """``action``: ``map`` (``to`` is the key of a record), ``create`` (``details`` helps) or ``reject``."""

    action: str
    to: int | None = None
    details: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Options:
    """``on``: day of facts without a date of their own; ``status``: of devices without one.

    ``authority``: only schools of this authority; ``create_missing``: the answer for every unknown
    value about which nothing was decided; ``blank``: what a blank cell says; ``skip``: keys of the
    columns whose changes are not wanted.
    """

    mode: str = Mode.ALL
    sheet: str = ""
    authority: str = ""
    status: str = ""
    on: date | None = None
    create_missing: bool = False
    blank: str = Blank.KEEP
    skip: tuple[str, ...] = ()

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Self:
        known = {name: data[name] for name in cls.__slots__ if data.get(name) is not None}
        if isinstance(known.get("on"), str):
            known["on"] = date.fromisoformat(known["on"])
        known["skip"] = tuple(known.get("skip", ()))
        return cls(**known)

    def as_json(self) -> dict[str, Any]:
        data = {name: getattr(self, name) for name in self.__slots__}
        return data | {"on": self.on.isoformat() if self.on else None, "skip": list(self.skip)}


@dataclass(frozen=True, slots=True)
class Context:
    """Options with today's date and the decisions ``{kind of value: {text: {"action", "to", …}}}``.

    ``user``: in whose name the rows are checked; ``None`` for a command on the server.
    """

    options: Options
    today: date
    decisions: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    user: Any = None

    @property
    def on(self) -> date:
        return self.options.on or self.today

    def decision(self, kind: str, text: str) -> Decision | None:
        """What was decided about an unknown value; ``None`` where nobody has yet."""
        given = self.decisions.get(kind, {}).get(text)
        if given:
            return Decision(given["action"], given.get("to"), given)
        return Decision("create") if self.options.create_missing else None
