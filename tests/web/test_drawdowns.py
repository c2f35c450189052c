"""Drawdowns beyond what was granted: said before they are recorded and on the page of the programme, never refused."""

import pytest

from tests.factories_money import make_drawdown, make_programme
from tests.web.pages import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(signed_in, manager):
    client = signed_in(manager)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def pact(db):
    return make_programme("DigitalPakt", key="dp", granted="900000")


def _sent(client, address, **values):
    """What the browser sends back, with ``values`` entered."""
    shown = {bound.name: bound.value() for bound in client.get(address).context["form"]}
    return {name: value for name, value in shown.items() if value not in (None, "", False)} | values


def test_more_drawn_than_granted_is_warned_of_and_recorded(boss, pact):
    make_drawdown(pact, "899999")
    address = f"/funding/{pact.pk}/drawdowns/new/"
    over = {"amount": "2", "number": "A-2"}

    refused = boss.post(address, _sent(boss, address, **over)).context["form"]
    assert refused.warnings == [
        "DigitalPakt: with this, 900,001.00 euro are drawn of 900,000.00 euro granted; 1.00 euro too much."
    ]
    assert "more were drawn" not in text(boss.get(f"/funding/{pact.pk}/"))
    assert boss.post(address, _sent(boss, address, **over, warned=refused.warnings[0])).status_code == 302

    page = text(boss.get(f"/funding/{pact.pk}/"))
    sentence = "1.00 euro more were drawn than were granted: check the grant notices and the drawdowns."
    assert [sentence in page, "1.00 € more than granted" in page] == [True, True]


def test_corrected_drawdown_counts_once(boss, pact):
    drawn = make_drawdown(pact, "900000")
    address = f"/funding/{pact.pk}/drawdowns/{drawn.pk}/correct/"

    more = boss.post(address, _sent(boss, address, amount="900000.01", reason="r")).context["form"]
    assert (len(more.warnings), more.non_field_errors().as_data()[0].code) == (1, "warned")
    assert boss.post(address, _sent(boss, address, amount="899999", reason="r")).status_code == 302
