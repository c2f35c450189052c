"""Usual durations of the trades, and which of them waits for which."""

import pytest

from rollout.models import TemplateStep, TradeOrder
from tests.web.pages import tables

pytestmark = pytest.mark.django_db


def test_durations_and_order_of_a_trade_are_changed_and_listed(it):
    TemplateStep.objects.all().delete()
    TradeOrder.objects.all().delete()
    sent = {"under_construction": 14, "accepted": 30, "needs": ["lan"]}

    answer = it.post("/projects/trades/wlan/", sent)

    assert answer.url == "/projects/trades/"
    (rows,) = tables(it.get("/projects/trades/"), "content")
    assert next(row for row in rows if row[0] == "WLAN") == [
        "WLAN", "–", "–", "–", "–", "14", "30", "–", "44", "LAN cabling",
    ]  # fmt: skip


def test_trades_that_wait_for_each_other_are_refused(it):
    TradeOrder.objects.all().delete()
    TradeOrder.objects.create(trade="wlan", needs="lan")

    answer = it.post("/projects/trades/lan/", {"needs": ["wlan"]})

    assert set(answer.context["form"].errors) == {"needs"}
    assert list(TradeOrder.objects.values_list("trade", "needs")) == [("wlan", "lan")]


def test_unknown_trade_is_not_there(it):
    assert it.get("/projects/trades/plumbing/").status_code == 404
