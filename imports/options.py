"""What somebody chose for one import: options of the file, decisions about unknown values."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple, Self

from imports.enums import Blank, Mode
from imports.progress import Step, silent

#: Beginning of the kind of a value that is one of a few: ``value:status``.
VALUE = "value:"


class Decision(NamedTuple):
    """``action``: ``map``, ``create`` (``details`` helps) or ``reject``.

    Of ``map``, ``to`` is the key of a record; ``value`` is what one of a few values is called (``in_service``).
    """

    action: str
    to: int | None = None
    details: Mapping[str, Any] = {}

    @classmethod
    def of_json(cls, given: Mapping[str, Any]) -> Self:
        to = given.get("to")
        return cls(given["action"], to if isinstance(to, int) else None, given)

    @property
    def value(self) -> str:
        to = self.details.get("to")
        return to if isinstance(to, str) else ""


@dataclass(frozen=True, slots=True)
class Options:
    """``on``: day of facts without a date of their own; ``status``: of devices without one.

    ``authority``: only schools of this authority; ``create_missing``: the answer for every unknown
    value about which nothing was decided; ``blank``: what a blank cell says; ``skip``: keys of the
    columns whose changes are not wanted; ``profile``: key of the profile by which the file is read,
    ``None``: the one that knows its headings, 0: none; ``header_row``: in which the headings stand, as
    Excel numbers it, 0: wherever they are recognised; ``applied``: key of the profile whose options are among
    these already.
    """

    mode: str = Mode.ALL
    sheet: str = ""
    authority: str = ""
    status: str = ""
    on: date | None = None
    create_missing: bool = False
    blank: str = Blank.KEEP
    skip: tuple[str, ...] = ()
    profile: int | None = None
    header_row: int = 0
    applied: int | None = None

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

    def over(self, usual: Self) -> Self:
        """These options, and those of ``usual`` where nothing was chosen here."""
        default = type(self)()
        chosen = {name: getattr(self, name) for name in self.__slots__}
        unset = {name for name, value in chosen.items() if value == getattr(default, name)}
        return replace(self, **{name: getattr(usual, name) for name in unset})

    def without(self, usual: Self) -> Self:
        """These options but for what is as in ``usual``."""
        default = type(self)()
        return replace(
            self,
            **{name: getattr(default, name) for name in self.__slots__ if getattr(self, name) == getattr(usual, name)},
        )


@dataclass(frozen=True, slots=True)
class Context:
    """Options with today's date and the decisions ``{kind of value: {text: {"action", "to", …}}}``.

    ``user``: in whose name the rows are checked; ``None`` for a command on the server. ``refused``: rows that
    this user may not write, with the reason. ``step`` is told how many rows of how many are checked.
    ``profile``: the ``ImportProfile`` by which the file is read, from which some of the above came.
    """

    options: Options
    today: date
    decisions: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    user: Any = None
    refused: Mapping[int, str] = field(default_factory=dict)
    step: Step = silent
    profile: Any = None

    @property
    def on(self) -> date:
        return self.options.on or self.today

    def decision(self, kind: str, text: str) -> Decision | None:
        """What was decided about an unknown value; ``None`` where nobody has yet."""
        given = self.decisions.get(kind, {}).get(text)
        if given:
            return Decision.of_json(given)
        return Decision("create") if self.options.create_missing and not kind.startswith(VALUE) else None
