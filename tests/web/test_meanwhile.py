"""Two people, one record: the second sees what the first wrote beside their own input, and decides."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.actor import Actor
from inventory.enums import DeviceStatus
from inventory.services import change_device, correct_state
from rollout.services import attain, change_project, correct_project_state
from tests.factories import DAY, make_device, make_project
from tests.web.pages import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def it(signed_in, it_staff):
    client = signed_in(it_staff)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def device(school):
    return make_device(school=school)


def _sent(client, address, **values):
    form = client.get(address).context["form"]
    shown = getattr(form, "shown", {})
    asked = {f"initial-{name}": value for name, value in shown.items()}
    return {"version": form.version_now, "on": timezone.localdate().isoformat(), **asked, **shown, **values}


def _differences(answer):
    return [tuple(one)[1:] for one in answer.context["form"].meanwhile.differences]


def test_both_versions_of_a_device_are_shown_and_the_second_decides(it, manager, device):
    address = f"/devices/{device.pk}/change/"
    sent = _sent(it, address, status="lost", reason="Not found")
    change_device(device, by=Actor(manager), on=DAY + timedelta(9), status=DeviceStatus.IN_REPAIR, reason="Screen")

    answer = it.post(address, sent)

    assert _differences(answer) == [("Status", "in service", "in repair", "lost")]
    assert [(act.user, act.reason) for act in answer.context["form"].meanwhile.acts] == [(manager, "Screen")]
    assert "mara.leitung" in text(answer, "content")
    assert 'value="Not found"' in answer.content.decode()
    again = sent | {"version": answer.context["form"].version_now}
    assert it.post(address, again).status_code == 302
    device.refresh_from_db()
    assert device.status == "lost"


def test_change_of_something_else_is_no_conflict(it, by, device):
    address = f"/devices/{device.pk}/change/"
    sent = _sent(it, address, status="lost")
    change_device(make_device(school=device.school), by=by, on=DAY + timedelta(9), status="lost")

    assert it.post(address, sent).status_code == 302


def test_many_devices_name_those_that_somebody_else_changed(it, by, device):
    other = make_device(school=device.school)
    address = f"/devices/change/?device={device.pk}&device={other.pk}"
    sent = _sent(it, address, status="lost")
    change_device(other, by=by, on=DAY + timedelta(9), status="in_repair")

    answer = it.post(address, sent)

    told = [(one.record, one.now, one.yours) for one in answer.context["form"].meanwhile.differences]
    assert told == [(str(other), "in repair", "lost")]


def test_both_statuses_of_a_project_are_shown(it, by, school):
    project = make_project(school)
    address = f"/projects/{project.pk}/change/"
    sent = _sent(it, address, status="live")
    change_project(project, by=by, on=DAY + timedelta(9), status="awarded")

    answer = it.post(address, sent)

    assert [(one.label, one.now, one.yours) for one in answer.context["form"].meanwhile.differences] == [
        ("New status", "awarded", "live")
    ]


def test_both_values_of_a_requirement_by_hand_are_shown(it, by, school):
    address = f"/schools/{school.number}/requirements/bandwidth/"
    sent = _sent(it, address, value="500")
    attain(school, "bandwidth", by=by, on=DAY, value=250)

    answer = it.post(address, sent)

    assert [(one.now, one.yours) for one in answer.context["form"].meanwhile.differences] == [("250", "500")]


def test_correction_of_an_overtaken_entry_is_taken_along_to_its_successor(it, by, device):
    state = device.states.get()
    sent = {"on": str(state.valid_from), "status": "lost", "reason": "Never seen"}
    correct_state(state, by=by, use="teachers", reason="For teachers")

    answer = it.post(f"/devices/{device.pk}/states/{state.pk}/correct/", sent)

    assert answer.status_code == 409
    assert [(act.user, act.reason) for act in answer.context["acts"]] == [(by.user, "For teachers")]
    assert ("Status", "lost") in answer.context["yours"]
    (successor,) = answer.context["successors"]
    form = it.post(successor.address, answer.context["entered"] | {"refresh": "1"}).context["form"]
    assert (form["status"].value(), form["reason"].value(), form["use"].value()) == ("lost", "Never seen", "teachers")
    assert device.states.filter(status="lost").count() == 0


def test_correction_of_an_overtaken_status_is_taken_along(it, by, school):
    project = make_project(school)
    state = project.states.get()
    sent = {"on": str(state.valid_from), "status": "live", "reason": "Typing error"}
    correct_project_state(state, by=by, status="tendered", reason="By letter")

    answer = it.post(f"/projects/{project.pk}/states/{state.pk}/correct/", sent)

    (successor,) = answer.context["successors"]
    form = it.post(successor.address, answer.context["entered"] | {"refresh": "1"}).context["form"]
    assert (answer.status_code, form["status"].value(), form["reason"].value()) == (409, "live", "Typing error")
