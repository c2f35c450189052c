"""How things are paid: named mixes of programmes."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import edit_record, insert_record, locked
from audit.models import Act
from audit.services import Record, log_records, open_act
from funding.models import Financing, FinancingShare, Programme
from funding.services.uses import refuse_used

_PLACES = {"funding_financing_name": "name", "funding_financingshare_percent": "shares"}


def create_financing(name: str, shares: Mapping[Programme, Decimal], *, by: Actor, reason: str = "") -> Financing:
    """Create a mix of programmes; ``shares`` in percent, 100 in all. Raises ``ValidationError`` by field."""
    with transaction.atomic():
        act = open_act(by, "financing.create", subject=name, reason=reason)
        check_shares(shares)
        financing = insert_record(Financing(name=name), act, ("name",), places=_PLACES)
        _write_shares(financing, shares, act)
        return financing


def edit_financing(
    financing: Financing,
    *,
    by: Actor,
    name: str | None = None,
    shares: Mapping[Programme, Decimal] | None = None,
    reason: str = "",
) -> Financing:
    """Set the name or all shares. All that is financed like this has the new shares then."""
    with transaction.atomic():
        current = locked(financing)
        act = open_act(by, "financing.edit", subject=current.name, reason=reason)
        if name is not None:
            edit_record(current, {"name": name}, act, places=_PLACES)
        if shares is not None:
            check_shares(shares)
            _write_shares(current, shares, act)
        return current


def delete_financing(financing: Financing, *, by: Actor, reason: str = "") -> None:
    """Delete a mix that nothing has. Raises ``ValidationError`` that names what has it."""
    with transaction.atomic():
        current = locked(financing)
        act = open_act(by, "financing.delete", subject=current.name, reason=reason)
        refuse_used(current)
        log_records(act, Financing, [Record(current.pk, current.name, None, {"name": [current.name, None]})])
        current.delete()


def check_shares(shares: Mapping[Programme, Decimal]) -> None:
    """Raise ``ValidationError`` unless the shares sum up to 100 percent."""
    total = sum(shares.values(), Decimal(0))
    if total != 100:
        text = _("The shares sum up to %(total)s percent, not to 100.")
        raise ValidationError({"shares": ValidationError(text, "not_100", {"total": f"{total.normalize():f}"})})


def _write_shares(financing: Financing, shares: Mapping[Programme, Decimal], act: Act) -> None:
    old = {share.programme_id: share for share in financing.shares.select_related("programme")}
    wanted = {programme.pk: (programme, percent) for programme, percent in shares.items()}
    for pk, share in old.items():
        if pk not in wanted:
            gone: dict[str, list[Any]] = {
                "financing": [financing.pk, None],
                "programme": [pk, None],
                "percent": [share.percent, None],
            }
            log_records(act, FinancingShare, [Record(share.pk, str(share), None, gone)])
            share.delete()
    for pk, (programme, percent) in wanted.items():
        if pk in old:
            edit_record(old[pk], {"percent": percent}, act, places=_PLACES)
        else:
            new = FinancingShare(financing=financing, programme=programme, percent=percent)
            insert_record(new, act, ("financing", "programme", "percent"), places=_PLACES)
