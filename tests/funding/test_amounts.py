from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.actor import Actor
from audit.models import Act, Entry
from funding.models import Drawdown, GrantNotice
from funding.services import add_drawdown, add_notice, correct_drawdown, correct_notice, withdraw_notice
from tests.factories import DAY
from tests.factories_money import make_drawdown, make_notice, make_programme

pytestmark = pytest.mark.django_db


def test_notice_is_known_from_its_day(by: Actor):
    programme = make_programme()

    notice = add_notice(programme, by=by, on=DAY, number="ZB 1", amount=Decimal("9000000"))

    assert list(GrantNotice.objects.as_of(DAY)) == [notice]
    assert list(GrantNotice.objects.as_of(DAY - timedelta(days=1))) == []
    assert Entry.objects.get(act=notice.act).changes == {
        "programme": [None, programme.pk],
        "number": [None, "ZB 1"],
        "amount": [None, "9000000"],
        "valid_from": [None, "2024-03-01"],
    }


def test_correction_keeps_what_was_known(by: Actor):
    notice = make_notice(make_programme(), "100", number="ZB 1")
    before = timezone.now()

    corrected = correct_notice(notice, by=by, changes={"amount": Decimal(120), "on": date(2024, 2, 1)}, reason="Tipp")

    assert list(GrantNotice.objects.as_of(DAY)) == [corrected]
    assert [n.amount for n in GrantNotice.objects.as_of(DAY, before)] == [Decimal(100)]
    assert Entry.objects.get(act=corrected.act).changes == {
        "amount": ["100.00", "120"],
        "valid_from": ["2024-03-01", "2024-02-01"],
    }
    with pytest.raises(ValidationError) as late:
        correct_notice(notice, by=by, changes={"amount": Decimal(1)}, reason="zu spät")
    assert late.value.code == "superseded"


def test_correction_that_changes_nothing_writes_nothing(by: Actor):
    notice = make_notice(make_programme(), "100")

    assert correct_notice(notice, by=by, changes={"amount": Decimal(100)}, reason="") == notice
    assert not Entry.objects.filter(act=Act.objects.latest("pk")).exists()


def test_withdrawn_notice_is_believed_no_longer(by: Actor):
    notice = make_notice(make_programme(), "100")

    withdraw_notice(notice, by=by, reason="doppelt")

    assert list(GrantNotice.objects.known()) == []
    assert Act.objects.latest("pk").reason == "doppelt"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount": Decimal(0)}, "amount"),
        ({"number": ""}, "number"),
        ({"number": "ZB 1"}, "number"),
        ({"on": timezone.localdate() + timedelta(days=2)}, "on"),
    ],
)
def test_notice_is_refused_at_the_field(values: dict[str, object], field: str, by: Actor):
    programme = make_programme()
    make_notice(programme, "5", number="ZB 1")

    with pytest.raises(ValidationError) as refused:
        add_notice(programme, by=by, **{"on": DAY, "number": "ZB 2", "amount": Decimal(1)} | values)

    assert list(refused.value.error_dict) == [field]


def test_drawdown_is_recorded_and_corrected(by: Actor):
    drawdown = make_drawdown(make_programme(), "50")

    corrected = correct_drawdown(drawdown, by=by, changes={"number": "MA 1"}, reason="nachgetragen")

    assert list(Drawdown.objects.known().values_list("pk", "number", "amount")) == [(corrected.pk, "MA 1", Decimal(50))]
    with pytest.raises(ValidationError) as refused:
        add_drawdown(make_programme(), by=by, on=DAY, amount=Decimal(-1))
    assert list(refused.value.error_dict) == ["amount"]
