from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from audit.actor import Actor
from funding.models import Financing
from funding.services import create_financing, delete_financing, edit_financing
from inventory.services import finance_devices
from tests.factories import make_device
from tests.factories_money import make_financing, make_programme, own_money, whole

pytestmark = pytest.mark.django_db


def test_financing_is_a_mix_of_programmes(by: Actor):
    programme = make_programme()

    mixed = create_financing("Pakt 90", {programme: Decimal(90), own_money(): Decimal(10)}, by=by)

    assert list(mixed.shares.values_list("programme", "percent")) == [(programme.pk, 90), (own_money().pk, 10)]


@pytest.mark.parametrize(
    ("name", "percents", "field"),
    [
        ("neu", (90, 9), "shares"),
        ("neu", (Decimal("90.01"), 10), "shares"),
        ("neu", (110, -10), "shares"),
        ("neu", (100, 0), "shares"),
        ("Eigenmittel", (50, 50), "name"),
        ("", (50, 50), "name"),
    ],
)
def test_financing_is_refused_at_the_field(name: str, percents: tuple[int, int], field: str, by: Actor):
    shares = dict(zip([make_programme("P"), own_money()], map(Decimal, percents), strict=True))

    with pytest.raises(ValidationError) as refused:
        create_financing(name, shares, by=by)

    assert list(refused.value.error_dict) == [field]
    assert set(Financing.objects.values_list("name", flat=True)) == {"P", "Eigenmittel"}


def test_shares_are_set_as_a_whole(by: Actor):
    one, other = make_programme(), make_programme()
    mixed = make_financing({one: 60, own_money(): 40})

    edit_financing(mixed, by=by, shares={one: Decimal(70), other: Decimal(30)})

    assert dict(mixed.shares.values_list("programme", "percent")) == {one.pk: 70, other.pk: 30}


def test_used_financing_is_not_deleted(by: Actor):
    used, unused = whole(make_programme()), make_financing({own_money(): 100})
    finance_devices([make_device(status="in_stock")], used, by=by)

    delete_financing(unused, by=by)
    with pytest.raises(ValidationError) as refused:
        delete_financing(used, by=by)

    assert refused.value.code == "used"
    assert not Financing.objects.filter(pk=unused.pk).exists()
