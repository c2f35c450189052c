"""What was granted and what was drawn: dated, corrected by a better entry, never overwritten."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction

from audit.actor import Actor
from audit.editing import locked
from audit.facts import believed, correct_fact, record_fact, withdraw_fact
from audit.services import open_act
from funding.models import Drawdown, GrantNotice, Programme

F = TypeVar("F", GrantNotice, Drawdown)
FIELDS = ("on", "number", "amount", "note")
_NAMES = ("programme", "number", "amount", "note")
#: The field at which a broken constraint is said.
_PLACES = {
    "funding_grantnotice_number": "number",
    "funding_grantnotice_amount": "amount",
    "funding_drawdown_amount": "amount",
}


def add_notice(
    programme: Programme, *, by: Actor, on: date, number: str, amount: Decimal, note: str = "", reason: str = ""
) -> GrantNotice:
    """Record a grant notice of the day ``on``; of own money: a decision on its budget.

    ``amount`` in euro; negative where it takes back some of what was granted. Raises ``ValidationError`` by field.
    """
    fact = GrantNotice(programme=programme, valid_from=on, number=number, amount=amount, note=note)
    return _add(fact, "notice.record", by, reason)


def correct_notice(notice: GrantNotice, *, by: Actor, changes: Mapping[str, Any], reason: str) -> GrantNotice:
    """Supersede a wrong entry by a better one (``changes`` of ``FIELDS``); returns the new one."""
    return _correct(notice, "notice.correct", changes, by, reason)


def withdraw_notice(notice: GrantNotice, *, by: Actor, reason: str) -> None:
    """Take back an entry that should never have been made."""
    _withdraw(notice, "notice.withdraw", by, reason)


def add_drawdown(
    programme: Programme, *, by: Actor, on: date, amount: Decimal, number: str = "", note: str = "", reason: str = ""
) -> Drawdown:
    """Record that money was called from the funder on the day ``on``; ``amount`` in euro, greater than 0."""
    fact = Drawdown(programme=programme, valid_from=on, number=number, amount=amount, note=note)
    return _add(fact, "drawdown.record", by, reason)


def correct_drawdown(drawdown: Drawdown, *, by: Actor, changes: Mapping[str, Any], reason: str) -> Drawdown:
    """Supersede a wrong entry by a better one (``changes`` of ``FIELDS``); returns the new one."""
    return _correct(drawdown, "drawdown.correct", changes, by, reason)


def withdraw_drawdown(drawdown: Drawdown, *, by: Actor, reason: str) -> None:
    """Take back an entry that should never have been made."""
    _withdraw(drawdown, "drawdown.withdraw", by, reason)


def _add(fact: F, verb: str, by: Actor, reason: str) -> F:
    with transaction.atomic():
        locked(fact.programme)
        act = open_act(by, verb, subject=_subject(fact), reason=reason)
        return record_fact(fact, act, _NAMES, places=_PLACES)


def _correct(fact: F, verb: str, changes: Mapping[str, Any], by: Actor, reason: str) -> F:
    if unknown := sorted(changes.keys() - set(FIELDS)):
        raise TypeError(f"cannot be set: {', '.join(unknown)}")
    values = {"valid_from" if name == "on" else name: value for name, value in changes.items()}
    with transaction.atomic():
        current = believed(fact)
        act = open_act(by, verb, subject=_subject(current), reason=reason)
        return correct_fact(current, values, act, _NAMES, places=_PLACES)


def _withdraw(fact: GrantNotice | Drawdown, verb: str, by: Actor, reason: str) -> None:
    with transaction.atomic():
        current = believed(fact)
        act = open_act(by, verb, subject=_subject(current), reason=reason)
        withdraw_fact(current, act, _NAMES)


def _subject(fact: GrantNotice | Drawdown) -> str:
    return f"{fact.programme} {fact.number}".rstrip()
