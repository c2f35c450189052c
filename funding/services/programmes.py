"""Programmes, and the schools to which their money is tied."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import edit_record, insert_record, locked
from audit.models import Act
from audit.services import Record, log_records, open_act
from funding.enums import ProgrammeKind
from funding.models import Financing, FinancingShare, Programme, ProgrammeSchool
from funding.services.uses import refuse_used
from schools.models import School

FIELDS = (
    "key",
    "name",
    "kind",
    "funder",
    "rate",
    "begins_on",
    "ends_on",
    "proof_due_on",
    "binding_start",
    "binding_years",
    "binding_until",
    "trades",
    "is_tied",
    "cap_per_device",
    "contact",
    "note",
)
#: Key of the own money that is there from the beginning: what no funder pays.
OWN = "own"
#: The field at which a broken constraint is said.
PLACES = {
    "funding_programme_key": "key",
    "funding_programme_rate": "rate",
    "funding_programme_period": "ends_on",
    "funding_programme_binding_years": "binding_years",
    "funding_programme_binding_end": "ends_on",
    "funding_programme_binding_until": "binding_until",
    "funding_programme_cap": "cap_per_device",
    "funding_financing_name": "name",
}


def create_programme(
    *, by: Actor, values: Mapping[str, Any], schools: Mapping[School, Decimal | None] | None = None, reason: str = ""
) -> Programme:
    """Create a programme (``values`` of ``FIELDS``), its list of schools, and the financing "100 percent" of its name.

    ``schools``: ``{school: cap in euro or None}``. A missing key is made from the name. Raises ``ValidationError`` by
    field.
    """
    _check_names(values)
    with transaction.atomic():
        programme = Programme(**{"key": slugify(values.get("name", ""))[:40]} | dict(values))
        act = open_act(by, "programme.create", subject=programme.name, reason=reason)
        insert_record(programme, act, FIELDS, places=PLACES)
        financing = insert_record(Financing(name=programme.name), act, ("name",), places=PLACES)
        share = FinancingShare(financing=financing, programme=programme, percent=Decimal(100))
        insert_record(share, act, ("financing", "programme", "percent"))
        _write_schools(programme, schools or {}, act)
        return programme


def edit_programme(programme: Programme, *, by: Actor, changes: Mapping[str, Any], reason: str = "") -> Programme:
    """Set fields (of ``FIELDS``); the financing "100 percent" follows its name. Raises ``ValidationError`` by field."""
    _check_names(changes)
    with transaction.atomic():
        current = locked(programme)
        act = open_act(by, "programme.edit", subject=current.name, reason=reason)
        _check_own(current, changes)
        whole = _whole_financing(current)
        edit_record(current, changes, act, places=PLACES)
        if whole and whole.name != current.name:
            edit_record(whole, {"name": current.name}, act, places=PLACES)
        return current


def delete_programme(programme: Programme, *, by: Actor, reason: str = "") -> None:
    """Delete a programme with its list of schools, its milestones and its financing "100 percent".

    Raises ``ValidationError`` that names what still uses it, and for the own money.
    """
    with transaction.atomic():
        current = locked(programme)
        act = open_act(by, "programme.delete", subject=current.name, reason=reason)
        if current.key == OWN:
            raise ValidationError(_("What no funder pays is own money: it stays."), "own_money")
        whole = _whole_financing(current)
        refuse_used(current, whole, besides=whole.shares.all() if whole else ())
        gone = {name: [told, None] for name in ("key", "name", "kind") if (told := getattr(current, name))}
        log_records(act, Programme, [Record(current.pk, current.name, None, gone)])
        if whole:
            log_records(act, Financing, [Record(whole.pk, whole.name, None, {"name": [whole.name, None]})])
            whole.delete()
        current.delete()


def set_programme_schools(
    programme: Programme, caps: Mapping[School, Decimal | None], *, by: Actor, reason: str = ""
) -> None:
    """Set the whole list of schools with their caps; who is not in ``caps`` is taken off the list."""
    with transaction.atomic():
        current = locked(programme)
        act = open_act(by, "programme.schools", subject=current.name, reason=reason)
        _write_schools(current, caps, act)


def _write_schools(programme: Programme, caps: Mapping[School, Decimal | None], act: Act) -> None:
    old = {row.school_id: row for row in programme.schools.select_related("school")}
    wanted = {school.pk: (school, cap) for school, cap in caps.items()}
    places = {"funding_programmeschool_cap": "schools"}
    gone = [row for pk, row in old.items() if pk not in wanted]
    for row in gone:
        told: dict[str, list[Any]] = {
            "programme": [programme.pk, None],
            "school": [row.school_id, None],
            "cap": [row.cap, None],
        }
        log_records(act, ProgrammeSchool, [Record(row.pk, str(row), None, told)])
        row.delete()
    for pk, (school, cap) in wanted.items():
        if pk in old:
            edit_record(old[pk], {"cap": cap}, act, places=places)
        else:
            new = ProgrammeSchool(programme=programme, school=school, cap=cap)
            insert_record(new, act, ("programme", "school", "cap"), places=places)


def _whole_financing(programme: Programme) -> Financing | None:
    """The financing "100 percent" that goes with the programme."""
    found: Financing | None = Financing.objects.filter(
        name=programme.name, shares__programme=programme, shares__percent=100
    ).first()
    return found


def _check_own(programme: Programme, changes: Mapping[str, Any]) -> None:
    """Sums of own money ask for its key and kind."""
    if programme.key != OWN:
        return
    for name, value in (("key", OWN), ("kind", ProgrammeKind.OWN)):
        if changes.get(name, value) != value:
            raise ValidationError({name: ValidationError(_("Own money stays own money."), "own_money")})


def _check_names(values: Mapping[str, Any]) -> None:
    if unknown := sorted(values.keys() - set(FIELDS)):
        raise TypeError(f"cannot be set: {', '.join(unknown)}")
