"""Changes of the state of one device: recorded, corrected, withdrawn."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from audit.models import Act
from inventory.enums import DeviceStatus as S
from inventory.services import change_device, correct_state
from tests.factories import DAY, make_device, make_room
from tests.web.devices.headers import HTMX
from tests.web.pages import text

pytestmark = pytest.mark.django_db


def _sent(client, device, **values):
    """What the browser sends from the form: all fields, with what they were when it was shown."""
    page = client.get(f"/devices/{device.pk}/change/")
    form = page.context["form"]
    shown = {f"initial-{name}": value for name, value in form.shown.items()}
    return {"version": form.version_now, "on": timezone.localdate().isoformat(), **shown, **form.shown, **values}


def test_change_records_what_was_changed_and_nothing_else(it, it_staff, device):
    day = DAY + timedelta(30)
    answer = it.post(
        f"/devices/{device.pk}/change/", _sent(it, device, on=day.isoformat(), status="in_repair", reason="Display")
    )

    state = device.states.get(superseded_at=None, valid_until=None)
    act = Act.objects.latest("pk")
    assert answer["Location"] == f"/devices/{device.pk}/"
    assert (state.status, state.valid_from, state.school, state.is_managed) == ("in_repair", day, device.school, True)
    assert (act.user, act.channel, act.reason) == (it_staff, "page", "Display")


def test_change_of_the_past_leaves_later_entries(it, by, device, other_school):
    change_device(device, by=by, on=DAY + timedelta(100), school=other_school, use="teachers")

    it.post(f"/devices/{device.pk}/change/", _sent(it, device, on=str(DAY + timedelta(5)), status="in_repair"))

    told = device.states.filter(superseded_at=None).values_list("valid_from", "status", "school__name", "use")
    assert list(told) == [
        (DAY, "in_service", "Lindenschule", "pupils"),
        (DAY + timedelta(5), "in_repair", "Lindenschule", "pupils"),
        (DAY + timedelta(100), "in_service", "Kastanienschule", "teachers"),
    ]


def test_change_of_the_past_says_until_when_it_applies(it, by, device, other_school):
    change_device(device, by=by, on=DAY + timedelta(100), school=other_school)
    path = f"/devices/{device.pk}/change/"

    past = it.post(path, _sent(it, device, on=str(DAY + timedelta(5)), status="in_repair"), follow=True)
    device.refresh_from_db()
    now = it.post(path, _sent(it, device, status="lost"), follow=True)

    recorded = f"The new state of {device} is recorded."
    assert [str(message) for message in past.context["messages"]] == [
        f"{recorded} It applies until 9 Jun 2024; after that: in service, Kastanienschule."
    ]
    assert [str(message) for message in now.context["messages"]] == [recorded]


def test_change_of_school_leaves_the_room(it, school, other_school):
    device = make_device(school=school, room=make_room(school))

    it.post(f"/devices/{device.pk}/change/", _sent(it, device, school=str(other_school.pk)))

    device.refresh_from_db()
    assert (device.school, device.room) == (other_school, None)


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"status": "disposed"}, "status", "“disposed” cannot follow “in service”"),
        ({"on": "2999-01-01", "status": "lost"}, "on", "lies in the future"),
        ({"on": "soon", "status": "lost"}, "on", "Enter a valid date."),
        ({"school": ""}, "school", "A device in service is at a school"),
        ({"status": "sold"}, "status", "Select a valid choice"),
        ({}, "__all__", "Nothing is different"),
    ],
)
def test_refused_change_says_why_at_the_field(it, device, values, field, message):
    answer = it.post(f"/devices/{device.pk}/change/", _sent(it, device, **values))

    assert [message in error for error in answer.context["form"].errors[field]] == [True]
    assert device.states.count() == 1


def test_room_of_another_school_is_refused(it, device, other_school):
    room = make_room(other_school)

    answer = it.post(f"/devices/{device.pk}/change/", _sent(it, device, room=str(room.pk)))

    assert answer.context["form"].errors == {"room": ["The room belongs to another school."]}


def test_change_after_somebody_elses_shows_the_form_again(it, by, device):
    sent = _sent(it, device, status="lost")
    change_device(device, by=by, on=DAY + timedelta(10), status=S.IN_REPAIR)

    answer = it.post(f"/devices/{device.pk}/change/", sent)

    assert answer.status_code == 200
    assert "Somebody else has changed this meanwhile" in answer.context["form"].non_field_errors()[0]
    assert answer.context["form"].shown["status"] == "in_repair"
    assert device.states.filter(status=S.LOST).count() == 0
    again = it.post(f"/devices/{device.pk}/change/", sent | {"version": answer.context["form"].version_now})
    assert again.status_code == 302


def test_form_offers_what_fits_the_chosen_day(it, by, device):
    change_device(device, by=by, on=DAY + timedelta(10), status=S.RETIRED)
    values = _sent(it, device, on=(DAY + timedelta(5)).isoformat(), refresh="1")

    part = it.post(f"/devices/{device.pk}/change/", values, headers=HTMX)

    offered = [state for state, _label in part.context["form"].fields["status"].widget.choices]
    assert offered == ["in_stock", "in_service", "returned", "in_repair", "lost", "stolen", "retired"]
    assert device.states.filter(valid_from=DAY + timedelta(5)).count() == 0


def test_form_offers_htmx_the_rooms_of_the_chosen_school(it, device, other_school):
    make_room(device.school, "A 1")
    room = make_room(other_school, "B 2")
    values = _sent(it, device, school=str(other_school.pk), refresh="1")

    part = it.post(f"/devices/{device.pk}/change/", values, headers=HTMX)
    page = it.get(f"/devices/{device.pk}/change/")

    assert part.context["form"].fields["room"].choices == [("", "no room"), (room.pk, "B 2 (Hauptgebäude)")]
    groups = [group for group, _rooms in page.context["form"].fields["room"].choices[1:]]
    assert groups == ["Kastanienschule", "Lindenschule"]


def test_correction_supersedes_the_entry(it, device):
    state = device.states.get()
    values = {"on": "2024-02-15", "status": "in_service", "school": device.school_id, "use": "teachers"}

    answer = it.post(f"/devices/{device.pk}/states/{state.pk}/correct/", values | {"reason": "For teachers"})

    state.refresh_from_db()
    assert answer["Location"] == f"/devices/{device.pk}/"
    assert state.superseded_at is not None
    assert list(device.states.filter(superseded_at=None).values_list("valid_from", "use", "is_managed")) == [
        (date(2024, 2, 15), "teachers", True)
    ]


def test_correction_needs_a_reason_and_a_difference(it, device):
    state = device.states.get()
    path = f"/devices/{device.pk}/states/{state.pk}/correct/"

    answer = it.post(path, {"on": DAY.isoformat(), "status": "in_service", "school": device.school_id})

    assert answer.context["form"].errors.keys() == {"reason", "__all__"}


def test_withdrawal_asks_first_and_restores_the_entry_before(it, by, device):
    change_device(device, by=by, on=DAY + timedelta(10), status=S.LOST)
    path = f"/devices/{device.pk}/states/{device.states.get(status=S.LOST).pk}/withdraw/"

    asked = it.get(path)
    refused = it.post(path)
    done = it.post(path, {"reason": "Wrong device"})

    device.refresh_from_db()
    assert "The entry before it applies instead:" in text(asked)
    assert refused.context["form"].errors.keys() == {"reason"}
    assert (done.status_code, device.status, device.since) == (302, "in_service", DAY)


def test_only_entry_is_not_withdrawn(it, device):
    path = f"/devices/{device.pk}/states/{device.states.get().pk}/withdraw/"

    answer = it.post(path, {"reason": "Wrong"})

    assert answer.context["form"].errors == {"__all__": ["The only entry of a device cannot be withdrawn."]}
    assert "/withdraw/" not in it.get(f"/devices/{device.pk}/").content.decode()


def test_entry_corrected_meanwhile_sends_back_to_the_history(it, by, device):
    state = device.states.get()
    correct_state(state, by=by, use="teachers")

    answer = it.get(f"/devices/{device.pk}/states/{state.pk}/correct/", follow=True)

    assert answer.redirect_chain == [(f"/devices/{device.pk}/", 302)]
    assert "corrected by somebody else meanwhile" in text(answer)
