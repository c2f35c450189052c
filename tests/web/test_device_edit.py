"""Details of a device on a page of their own."""

from decimal import Decimal

import pytest

from audit.models import Act, Entry
from inventory.services import edit_device
from schools.enums import Role
from tests.factories import make_device, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def it(signed_in, it_staff):
    client = signed_in(it_staff)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def device(school):
    return make_device(school=school)


def _sent(client, device, **values):
    form = client.get(f"/devices/{device.pk}/edit/").context["form"]
    shown = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    return {"version": form.version_now, **shown, **values}


def test_only_what_differs_is_saved_and_audited(it, it_staff, device):
    answer = it.post(f"/devices/{device.pk}/edit/", _sent(it, device, serial=" ab 12", price="349.90", reason="Typo"))

    assert answer.status_code == 302
    old = device.serial
    device.refresh_from_db()
    assert (device.serial, device.price) == ("AB12", Decimal("349.90"))
    act = Act.objects.latest("pk")
    assert (act.verb, act.user, act.reason) == ("device.edit", it_staff, "Typo")
    assert Entry.objects.get(act=act).changes == {"serial": [old, "AB12"], "price": [None, "349.90"]}


def test_number_of_another_device_is_refused_at_its_field(it, device):
    other = make_device(school=device.school)

    answer = it.post(f"/devices/{device.pk}/edit/", _sent(it, device, asset_tag=other.asset_tag))

    assert list(answer.context["form"].errors) == ["asset_tag"]
    assert Act.objects.filter(verb="device.edit").count() == 0


def test_second_editor_sees_both_versions(it, by, device):
    sent = _sent(it, device, note="Corner is chipped")
    edit_device(device, by=by, note="Screen was replaced")

    answer = it.post(f"/devices/{device.pk}/edit/", sent)

    told = [tuple(one)[1:] for one in answer.context["form"].meanwhile.differences]
    assert told == [("Note", "–", "Screen was replaced", "Corner is chipped")]
    device.refresh_from_db()
    assert device.note == "Screen was replaced"


def test_details_of_others_do_not_come_back_to_life(it, by, device):
    """Somebody saves their own field; what another person wrote into a second one stays."""
    sent = _sent(it, device, note="Mine")
    edit_device(device, by=by, mdm_id="M-1")
    version = it.get(f"/devices/{device.pk}/edit/").context["form"].version_now

    it.post(f"/devices/{device.pk}/edit/", sent | {"version": version, "mdm_id": "M-1"})

    device.refresh_from_db()
    assert (device.note, device.mdm_id) == ("Mine", "M-1")


def test_unchanged_form_says_so(it, device):
    answer = it.post(f"/devices/{device.pk}/edit/", _sent(it, device))

    assert answer.context["form"].non_field_errors() == ["Nothing is different from what is already recorded."]


def test_who_only_reads_may_not_edit(signed_in, device):
    assert signed_in(make_user("a.reader", role=Role.READER)).get(f"/devices/{device.pk}/edit/").status_code == 403
