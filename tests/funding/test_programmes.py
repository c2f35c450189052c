from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from audit.actor import Actor
from audit.models import Act, Entry
from funding.models import Financing, Programme
from funding.services import (
    create_programme,
    delete_programme,
    delete_programme_milestone,
    edit_programme,
    set_programme_milestone,
    set_programme_milestone_done,
    set_programme_schools,
)
from inventory.services import finance_devices
from tests.factories import DAY, make_device, make_school
from tests.factories_money import make_cost, make_financing, make_notice, make_programme, own_money, whole

pytestmark = pytest.mark.django_db
TERM = {"begins_on": date(2019, 5, 17), "ends_on": date(2024, 10, 31)}


def test_programme_comes_with_its_financing_and_schools(by: Actor):
    school = make_school()

    programme = create_programme(
        by=by,
        values={"name": "DigitalPakt Schule", "rate": Decimal(90), "trades": ["lan", "wlan"], "is_tied": True, **TERM},
        schools={school: Decimal("250000.00")},
    )

    assert programme.key == "digitalpakt-schule"
    assert list(whole(programme).shares.values_list("programme", "percent")) == [(programme.pk, Decimal(100))]
    assert list(programme.schools.values_list("school", "cap")) == [(school.pk, Decimal("250000.00"))]
    entries = {e.kind: e.changes for e in Entry.objects.filter(act=Act.objects.get(verb="programme.create"))}
    assert entries["funding.programme"]["trades"] == [None, "lan, wlan"]
    assert entries["funding.programmeschool"] == {
        "programme": [None, programme.pk],
        "school": [None, school.pk],
        "cap": [None, "250000.00"],
    }


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"key": "own"}, "key"),
        ({"rate": Decimal(0)}, "rate"),
        ({"rate": Decimal(101)}, "rate"),
        ({"begins_on": DAY, "ends_on": date(2020, 1, 1)}, "ends_on"),
        ({"binding_start": "purchase"}, "binding_years"),
        ({"binding_start": "end_of_period", "binding_years": 5}, "ends_on"),
        ({"binding_start": "fixed"}, "binding_until"),
        ({"cap_per_device": Decimal(0)}, "cap_per_device"),
        ({"trades": ["painting"]}, "trades"),
        ({"name": ""}, "name"),
    ],
)
def test_programme_is_refused_at_the_field(values: dict[str, object], field: str, by: Actor):
    with pytest.raises(ValidationError) as refused:
        create_programme(by=by, values={"key": "new", "name": "Neu"} | values)

    assert list(refused.value.error_dict) == [field]
    assert not Programme.objects.filter(name="Neu").exists()


def test_financing_follows_the_name_of_its_programme(by: Actor):
    programme = make_programme("DigitalPakt")

    edit_programme(programme, by=by, changes={"name": "DigitalPakt Schule"})

    assert whole(Programme.objects.get(pk=programme.pk)).name == "DigitalPakt Schule"
    assert not Financing.objects.filter(name="DigitalPakt").exists()


def test_own_money_stays_own_money(by: Actor):
    with pytest.raises(ValidationError) as kind:
        edit_programme(own_money(), by=by, changes={"kind": "grant"})
    with pytest.raises(ValidationError) as gone:
        delete_programme(own_money(), by=by)

    assert (list(kind.value.error_dict), gone.value.code) == (["kind"], "own_money")


def test_unused_programme_goes_with_its_financing(by: Actor):
    programme = make_programme("Kurz", schools={make_school(): None})

    delete_programme(programme, by=by)

    assert not Programme.objects.filter(name="Kurz").exists()
    assert not Financing.objects.filter(name="Kurz").exists()


def test_used_programme_is_not_deleted(by: Actor):
    programme = make_programme("Pakt")
    make_notice(programme, "100")
    make_cost(programme=programme)
    make_financing({programme: 90, own_money(): 10})
    finance_devices([make_device(status="in_stock")], whole(programme), by=by)

    with pytest.raises(ValidationError) as refused:
        delete_programme(programme, by=by)

    assert refused.value.code == "used"
    assert refused.value.params == {
        "records": "1 Kostenanteil, 1 Zuwendungsbescheid, 1 Anteil einer Finanzierung, 1 Gerät"
    }
    assert Programme.objects.filter(pk=programme.pk).exists()


def test_list_of_schools_is_set_as_a_whole(by: Actor):
    stays, goes, comes = make_school(), make_school(), make_school()
    programme = make_programme(schools={stays: None, goes: None})

    set_programme_schools(programme, {stays: Decimal(5), comes: None}, by=by)

    assert dict(programme.schools.values_list("school", "cap")) == {stays.pk: Decimal(5), comes.pk: None}
    assert Entry.objects.filter(act=Act.objects.latest("pk")).count() == 3
    with pytest.raises(ValidationError) as refused:
        set_programme_schools(programme, {stays: Decimal(-5)}, by=by)
    assert list(refused.value.error_dict) == ["schools"]


def test_milestone_is_moved_done_and_deleted(by: Actor):
    programme = make_programme()

    first = set_programme_milestone(programme, "Verwendungsnachweis", by=by, due_on=DAY)
    moved = set_programme_milestone(programme, "Verwendungsnachweis", by=by, due_on=date(2026, 1, 31))
    done = set_programme_milestone_done(moved, by=by, on=date(2026, 1, 12))

    assert (moved.pk, done.due_on, done.done_on) == (first.pk, date(2026, 1, 31), date(2026, 1, 12))
    delete_programme_milestone(done, by=by)
    assert programme.milestones.count() == 0
