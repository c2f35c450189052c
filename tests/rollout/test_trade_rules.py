"""Usual durations of the trades, and which waits for which."""

import pytest
from django.core.exceptions import ValidationError

from audit.actor import Actor
from audit.models import Act, Entry
from rollout.models import TemplateStep, TradeOrder
from rollout.services import set_template, set_trade_order

pytestmark = pytest.mark.django_db


def steps(trade: str) -> dict[str, int]:
    return dict(TemplateStep.objects.filter(trade=trade).order_by("pk").values_list("phase", "days"))


def orders(trade: str) -> set[str]:
    return set(TradeOrder.objects.filter(trade=trade).values_list("needs", flat=True))


def test_template_is_replaced_and_told(by: Actor) -> None:
    set_template("wlan", {"awarded": 10, "accepted": 60}, by=by)
    set_template("wlan", {"accepted": 50, "live": 7}, by=by)
    assert steps("wlan") == {"accepted": 50, "live": 7}
    entries = Entry.objects.filter(act=Act.objects.latest("pk")).values_list("label", "changes")
    assert dict(entries) == {
        "WLAN: abgenommen": {"days": [60, 50]},
        "WLAN: in Betrieb": {"days": [None, 7]},
        "WLAN: vergeben": {"phase": ["awarded", None], "days": [10, None]},
    }


@pytest.mark.parametrize(
    ("trade", "days", "place"),
    [("roof", {}, "trade"), ("wlan", {"planned": 3}, "planned"), ("wlan", {"accepted": -1}, "accepted")],
)
def test_bad_template_is_said_at_its_field(by: Actor, trade: str, days: dict[str, int], place: str) -> None:
    before = steps("wlan")
    with pytest.raises(ValidationError) as error:
        set_template(trade, days, by=by)
    assert list(error.value.error_dict) == [place]
    assert steps("wlan") == before


def test_order_of_trades_is_replaced_and_told(by: Actor) -> None:
    assert (orders("wlan"), orders("presentation")) == ({"lan"}, {"electrical"})
    set_trade_order("wlan", ["electrical"], by=by)
    assert orders("wlan") == {"electrical"}
    entries = Entry.objects.filter(act=Act.objects.latest("pk")).order_by("pk").values_list("changes", flat=True)
    assert list(entries) == [{"needs": ["lan", None]}, {"needs": [None, "electrical"]}]


@pytest.mark.parametrize(
    ("trade", "needs"),
    [("wlan", "wlan"), ("wlan", "roof"), ("lan", "wlan"), ("building", "wlan")],
    ids=["itself", "unknown", "circle", "wider circle"],
)
def test_order_that_cannot_be_kept_is_refused(by: Actor, trade: str, needs: str) -> None:
    set_trade_order("lan", ["building"], by=by)  # wlan needs lan needs building
    before = orders(trade)
    with pytest.raises(ValidationError) as error:
        set_trade_order(trade, [needs], by=by)
    assert list(error.value.error_dict) == ["needs"]
    assert orders(trade) == before
