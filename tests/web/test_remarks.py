"""Free texts that seem to name somebody: a hint on the page, after saving."""

import pytest

from imports.personal import names_person
from tests.factories import make_device
from tests.web.pages import text

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "remark",
    [
        "steht bei Frau Müller",
        "max.mustermann@schule.example",
        "Rückfragen: 0208 12345-67",
        "Tel. 825 4711",
        "+49 208 8251234",
        "0171/2345678 anrufen",
        "Handy: 0171 2345678",
    ],
)
def test_remark_names_somebody(remark):
    assert names_person(remark)


@pytest.mark.parametrize(
    "remark",
    [
        "",
        "Display defekt",
        "Seriennummer 0208123456",
        "OB-0123-456789",
        "am 01.02.2024 geprüft",
        "2024-01-05 bis 2024-02-10",
        "Raum 0.12, Switch 10.0.0.12",
        "Handy 6 Zoll",
        "Lieferschein 2024/00123",
        "Bestellung 4711-0815",
    ],
)
def test_remark_names_nobody(remark):
    assert not names_person(remark)


def test_reason_with_a_name_is_saved_with_a_hint(client, it_staff, school):
    client.cookies["django_language"] = "en"
    client.force_login(it_staff)
    device = make_device(school=school)
    form = client.get(f"/devices/{device.pk}/change/").context["form"]
    sent = {"version": form.version_now, "on": "2024-06-01", "status": "in_repair", "reason": "liegt bei Frau Müller"}

    told = text(client.post(f"/devices/{device.pk}/change/", sent, follow=True))

    assert "“Reason” may name a person or how to reach one. If so, please take it out: it is kept for long." in told
    assert device.states.filter(status="in_repair").exists()
