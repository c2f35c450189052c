"""What a scanner sends, and which device it means: serial, asset tag, or the QR code on a label of ours."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import CharField, F, Func, Lookup, Q, QuerySet
from django.db.models.functions import Left
from django.db.models.lookups import Exact, GreaterThanOrEqual, LessThan

from common.bulk import codes as texts
from common.parsing import ParseError, normalise_code

#: What stands between two codes: in a paste, or where a scanner's buffer holds several.
_BETWEEN = re.compile(r"[\x00-\x1f\x7f;,]+")
#: Labels of other systems hold an address whose end is the number.
_ADDRESS = re.compile(r"^\w+://\S*?([^/?=#]+)/?$")
#: Sorts behind all that a number holds.
_LAST = "\U0010ffff"
#: Longer than any serial or asset tag; what is longer was no code.
LONGEST = 60
#: Data identifier "S" of ISO/IEC 15418 in front of a serial number, as on the boxes of several manufacturers.
_SERIAL_SIGN = "S"


class Folded(Func):
    """A code with the letters that are easily taken for digits as those digits: O as 0, I and L as 1.

    The letters stand in the statement itself, because SQLite uses an index of an expression only for the same text.
    PostgreSQL compares by bytes, as SQLite does anyway: in the order of a language, what begins alike is not together.
    """

    arity = 1
    output_field = CharField()
    template = "REPLACE(REPLACE(REPLACE(%(expressions)s, 'O', '0'), 'I', '1'), 'L', '1')"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template=f'{self.template} COLLATE "C"', **context)


class _OneOf(Lookup[Any]):
    """A text is one of a list, which is one parameter of the statement, however long it is.

    PostgreSQL uses an index for either side of an OR only where the list is an array, not a query of its own.
    """

    lookup_name = "one_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        number, values = self.process_lhs(compiler, connection)
        wanted = texts(self.rhs)
        return f"{number} IN ({wanted.sql})", (*values, *wanted.params)

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        number, values = self.process_lhs(compiler, connection)
        return f"{number} = ANY(%s::text[])", (*values, self.rhs)


class Found(NamedTuple):
    """``devices`` have this number exactly: none, one, or several (a serial of two manufacturers).

    ``alike`` have one that is easily misread as it; for a person to decide, never assumed.
    """

    code: str
    devices: tuple[Any, ...] = ()
    alike: tuple[Any, ...] = ()

    @property
    def device(self) -> Any:
        """The one device that is meant, or ``None``."""
        return self.devices[0] if len(self.devices) == 1 else None


def split_codes(text: str) -> list[str]:
    """The codes of what was scanned, typed or pasted, in order, as they are compared; unusable ones as they came."""
    return [clean_code(part) for part in _BETWEEN.split(text) if part.strip()]


def clean_code(text: str) -> str:
    """One code as it is stored: capitals, no blanks; of an address its end."""
    bare = _BETWEEN.sub("", text).strip()
    address = _ADDRESS.match(bare)
    try:
        return normalise_code(address[1] if address else bare) or ""
    except ParseError:
        return bare.upper()


def fold(code: str) -> str:
    """``Folded`` of one text."""
    return code.replace("O", "0").replace("I", "1").replace("L", "1")


def find_devices(codes: Iterable[str], devices: QuerySet[Any]) -> list[Found]:
    """Which of ``devices`` each code means, in order; one query for any number of codes.

    ``codes``: cleaned by ``split_codes``.
    """
    wanted = list(codes)
    forms = {form for code in wanted for form in _forms(code)}
    near: dict[str, dict[int, Any]] = {}
    for device in devices.filter(_has_form(forms)).order_by("pk"):
        for number in (device.serial, device.asset_tag):
            near.setdefault(fold(number), {})[device.pk] = device
    return [
        _found(code, [device for form in _forms(code) for device in near.get(form, {}).values()]) for code in wanted
    ]


def find_beginning(code: str, devices: QuerySet[Any], most: int, *, are_few: bool = False) -> list[Any]:
    """Up to ``most`` of ``devices`` for each of both numbers whose number begins with ``code``, or may be misread so.

    In the order of the numbers, so that the code itself comes first. ``are_few``: ``devices`` are those of some
    schools; looking through them is quicker than through all numbers that begin so.
    """
    found: dict[int, Any] = {}
    for column in ("serial", "asset_tag"):
        number = Folded(F(column))
        beginning = devices.filter(_begins(number, fold(code), are_few=are_few)).order_by(number, "pk")
        found |= {device.pk: device for device in beginning[:most]}
    return list(found.values())


def _begins(number: Folded, form: str, *, are_few: bool) -> Q:
    if are_few:
        return Q(Exact(Left(number, len(form)), form))
    return Q(GreaterThanOrEqual(number, form)) & Q(LessThan(number, form + _LAST))


def _has_form(forms: Iterable[str]) -> Q:
    wanted = sorted(forms)
    return Q(_OneOf(Folded(F("serial")), wanted)) | Q(_OneOf(Folded(F("asset_tag")), wanted))


def _found(code: str, near: list[Any]) -> Found:
    exact = tuple(device for device in near if code in (device.serial, device.asset_tag))
    return Found(code, exact, () if exact else tuple(dict.fromkeys(near)))


def _forms(code: str) -> Iterator[str]:
    yield fold(code)
    if code.startswith(_SERIAL_SIGN) and len(code) > 1:
        yield fold(code[1:])
