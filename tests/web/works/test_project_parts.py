"""One project through its life: milestones, rooms, defects, details."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.formats import date_format

from funding.models import Financing
from rollout.enums import ProjectStatus as P
from rollout.models import ConstructionProject, WorksDefect
from rollout.progress import works_on
from rollout.services import attach_file, change_project, edit_project, set_template, write_journal
from schools.enums import Trade
from tests.factories import DAY, make_project, make_room
from tests.factories_money import make_programme, whole
from tests.factories_works import make_defect, make_milestone, make_project_rooms
from tests.web.pages import links, tables, text
from tests.web.works.sending import PNG
from tests.web.works.sending import address as _address
from tests.web.works.sending import errors_of as _errors
from tests.web.works.sending import send as _send

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=100)


def _works(project):
    (works,) = works_on([ConstructionProject.objects.get(pk=project.pk)], timezone.localdate())
    return works


# --- milestones -------------------------------------------------------------------------------------------------------


def test_page_tells_plan_forecast_actual_day_and_slip(it, by, project):
    make_milestone(project, planned_on=LATER, forecast_on=LATER)
    make_milestone(project, planned_on=LATER, forecast_on=LATER + timedelta(12), on=DAY + timedelta(9), reason="Cable")
    change_project(project, by=by, on=LATER + timedelta(3), status=P.ACCEPTED)

    page, before = it.get(_address(project)), it.get(_address(project), {"as_of": DAY + timedelta(20)})

    head = ["Phase", "Planned for", "Forecast", "Actual day", "Slip", "Reason"]
    assert tables(page, "content")[0] == [
        head,
        ["Under construction", "", "", "1 Mar 2024", "", ""],
        ["Accepted", "9 Jun 2024", "21 Jun 2024", "12 Jun 2024", "3 days late", "Cable"],
    ]
    assert tables(before, "content")[0][2] == ["Accepted", "9 Jun 2024", "21 Jun 2024", "", "12 days late", "Cable"]


def test_milestones_are_planned_and_moved_with_a_reason(it, project):
    address = _address(project, "milestones/")
    day = timezone.localdate() + timedelta(30)
    _send(
        it, address, on=timezone.localdate() - timedelta(5), **{"accepted-planned_on": day, "accepted-forecast_on": day}
    )

    refused = _send(it, address, **{"accepted-forecast_on": day + timedelta(14)})
    moved = _send(it, address, reason="Cable", **{"accepted-forecast_on": day + timedelta(14)})

    assert _errors(refused) == {"reason": ["Please say why the milestone moves."]}
    assert moved.url == f"{_address(project)}#milestones"
    accepted = _works(project).milestones["accepted"]
    assert (accepted.planned_on, accepted.forecast_on, accepted.reason) == (day, day + timedelta(14), "Cable")
    told = text(it.get(_address(project)), "content")
    assert told.count("Accepted planned for") == 2


def test_milestone_dated_back_behind_a_later_one_says_what_still_applies(it, project):
    today = timezone.localdate()
    day, since = today + timedelta(30), today - timedelta(5)
    make_milestone(project, planned_on=day, forecast_on=day, on=since)
    moved = {"reason": "Cable", "accepted-forecast_on": day + timedelta(9)}

    behind = _send(it, _address(project, "milestones/"), on=since - timedelta(5), **moved)
    told = text(it.get(behind.url), "content")
    ahead = _send(it, _address(project, "milestones/"), on=today, **moved)

    assert behind.url == _address(project)
    applies = f"What was reported later still applies: accepted since {date_format(since, 'SHORT_DATE_FORMAT')}."
    assert applies in told
    assert "What was reported later" not in text(it.get(ahead.url), "content")


def test_plan_dated_back_behind_a_later_one_says_what_still_applies(it, by, school):
    project = make_project(school, status=P.PLANNED, trade=Trade.WLAN)
    set_template(Trade.WLAN, {"under_construction": 10, "accepted": 30}, by=by)
    today = timezone.localdate()
    day = today + timedelta(40)
    make_milestone(project, planned_on=day, forecast_on=day, on=today)

    plan = {"begins_on": today, "on": today - timedelta(1), "reason": "Cable"}
    answer = it.post(_address(project, "milestones/plan/"), plan, follow=True)

    assert "What was reported later still applies: accepted since" in text(answer, "content")
    assert _works(project).milestones["accepted"].planned_on == day


def test_plan_that_moves_several_phases_asks_for_the_reason_once(it, by, school):
    project = make_project(school, status=P.PLANNED, trade=Trade.WLAN)
    set_template(Trade.WLAN, {"under_construction": 10, "accepted": 30}, by=by)
    today = timezone.localdate()
    plan = {"begins_on": today, "on": today}
    it.post(_address(project, "milestones/plan/"), plan)

    answer = it.post(_address(project, "milestones/plan/"), plan | {"begins_on": today + timedelta(9)})

    assert _errors(answer) == {"reason": ["Please say why the milestone moves."]}


def test_milestone_before_its_predecessor_is_refused_at_its_field(it, school):
    project = make_project(school, status=P.PLANNED)
    today = timezone.localdate()
    days = {"tendered-planned_on": today + timedelta(9), "awarded-planned_on": today + timedelta(2)}

    answer = _send(it, _address(project, "milestones/"), **days)

    assert set(_errors(answer)) <= {"tendered-planned_on", "awarded-planned_on"}
    assert _errors(answer)
    assert _works(project).milestones == {}


def test_milestones_say_when_somebody_was_quicker(it, project):
    address, day = _address(project, "milestones/"), timezone.localdate() + timedelta(30)
    version = it.get(address).context["form"].version_now
    make_milestone(project, planned_on=day, forecast_on=day)

    sent = {"version": version, "on": timezone.localdate(), "accepted-planned_on": day + timedelta(1)}
    answer = it.post(address, sent)

    assert answer.context["form"].non_field_errors()[0].startswith("Somebody else has changed this meanwhile.")
    assert _works(project).milestones["accepted"].planned_on == day


def test_milestones_are_planned_by_the_template_of_the_trade(it, by, school):
    project = make_project(school, status=P.PLANNED, trade=Trade.WLAN)
    set_template(Trade.WLAN, {"under_construction": 10, "accepted": 30}, by=by)
    begins_on = timezone.localdate() + timedelta(5)

    it.post(_address(project, "milestones/plan/"), {"begins_on": begins_on, "on": timezone.localdate()})

    planned = {phase: one.planned_on for phase, one in _works(project).milestones.items()}
    assert planned == {"under_construction": begins_on + timedelta(10), "accepted": begins_on + timedelta(40)}


def test_milestone_planned_by_mistake_is_dropped_with_a_reason(it, project):
    make_milestone(project)
    address = links(it.get(_address(project, "milestones/")))["Drop accepted"]

    silent = _send(it, address)
    done = _send(it, address, reason="Another site")

    assert _errors(silent) == {"reason": ["This field is required."]}
    assert done.url == f"{_address(project)}#milestones"
    assert list(_works(project).milestones) == ["under_construction"]
    assert it.get(address).status_code == 404


# --- rooms ------------------------------------------------------------------------------------------------------------


def test_rooms_are_chosen_and_ticked_off_and_progress_is_counted(it, school, project):
    rooms = [make_room(school) for _ in range(3)]
    _send(it, _address(project, "rooms/"), rooms=[room.pk for room in rooms])

    _send(it, _address(project, "rooms/done/"), rooms=[rooms[0].pk, rooms[2].pk])

    assert (_works(project).rooms_done, _works(project).rooms_total) == (2, 3)
    assert "2 of 3 done" in text(it.get(_address(project)))


def test_ticks_can_be_taken_away_again(it, project):
    covered = make_project_rooms(project, 2, done=2)

    _send(it, _address(project, "rooms/done/"), rooms=[covered[1].room_id])
    assert _works(project).rooms_done == 1
    _send(it, _address(project, "rooms/"), rooms=[covered[1].room_id])

    assert (_works(project).rooms_done, _works(project).rooms_total) == (1, 1)


def test_room_elsewhere_cannot_be_chosen(it, project, other_school):
    answer = _send(it, _address(project, "rooms/"), rooms=[make_room(other_school).pk])

    assert set(_errors(answer)) == {"rooms"}


# --- defects ----------------------------------------------------------------------------------------------------------


def test_defect_with_a_photo_is_added_resolved_and_opened_again(it, school, project):
    room, today = make_room(school), timezone.localdate()
    photo = SimpleUploadedFile("socket.png", PNG)
    values = {"text": "Loose socket", "room": room.pk, "due_on": today + timedelta(7), "file": photo}

    answer = _send(it, _address(project, "defects/new/"), **values)

    defect = WorksDefect.objects.get()
    assert answer.url == f"{_address(project)}#defects"
    assert (defect.text, defect.room, defect.photos.get().media_type) == ("Loose socket", room, "image/png")
    assert f"not resolved Room {room}" in text(it.get(_address(project)), "content")
    _send(it, _address(project, f"defects/{defect.pk}/resolve/"))
    assert WorksDefect.objects.get().resolved_on == today
    _send(it, _address(project, f"defects/{defect.pk}/reopen/"), reason="Loose again")
    assert WorksDefect.objects.get().resolved_on is None


def test_defect_is_edited_and_nothing_half_saved_with_a_wrong_file(it, project):
    defect = make_defect(project, text="Loose")
    address = _address(project, f"defects/{defect.pk}/")

    refused = _send(it, address, text="Very loose", file=SimpleUploadedFile("x.png", b"MZ program"))
    assert set(_errors(refused)) == {"file"}
    assert WorksDefect.objects.get().text == "Loose"
    _send(it, address, text="Very loose")

    assert WorksDefect.objects.get().text == "Very loose"


def test_deadline_before_the_day_found_is_refused_at_its_field(it, project):
    answer = _send(it, _address(project, "defects/new/"), text="Loose", found_on="2024-03-05", due_on="2024-03-01")

    assert set(_errors(answer)) == {"due_on"}


def test_past_day_shows_the_defects_of_that_day(it, project):
    make_defect(project, text="Loose", due_on=DAY + timedelta(3))

    before = text(it.get(_address(project), {"as_of": DAY}), "content")
    after = text(it.get(_address(project), {"as_of": DAY + timedelta(5)}), "content")

    assert ("Loose not resolved" in before, "Loose overdue" in after) == (True, True)


# --- details ----------------------------------------------------------------------------------------------------------


def test_project_is_created_with_a_plan(it, by, school):
    set_template(Trade.WLAN, {"accepted": 30}, by=by)
    today = timezone.localdate()
    financing = Financing.objects.create(name="DigitalPakt")
    address = f"/projects/new/?school={school.number}"
    values = {"place": f"site-{school.sites.get().pk}", "trade": "wlan", "begins_on": today, "contractor": "Netz GmbH"}

    answer = _send(it, address, contract_sum="1000.50", financing=financing.pk, **values)

    project = ConstructionProject.objects.get()
    assert answer.url == _address(project)
    facts = (project.trade, project.status, project.contractor, project.contract_sum, project.financing)
    assert facts == ("wlan", "planned", "Netz GmbH", Decimal("1000.50"), financing)
    assert _works(project).accepted_or_forecast == today + timedelta(30)


def test_second_project_of_a_trade_is_refused_and_the_page_stays(it, school, project):
    address = f"/projects/new/?school={school.number}"

    answer = _send(it, address, place=f"site-{school.sites.get().pk}", trade=project.trade)

    assert answer.context["form"].errors
    assert ConstructionProject.objects.count() == 1


def test_details_are_edited(it, project):
    _send(it, _address(project, "edit/"), contractor="Netz GmbH", warranty_years=4)

    again = ConstructionProject.objects.get()
    assert (again.contractor, again.warranty_years) == ("Netz GmbH", 4)
    unchanged = _send(it, _address(project, "edit/"))
    assert _errors(unchanged) == {"__all__": ["Nothing is different from what is already recorded."]}


def test_negative_contract_sum_is_refused_at_its_field(it, project):
    assert set(_errors(_send(it, _address(project, "edit/"), contract_sum="-5"))) == {"contract_sum"}


def test_contract_sum_is_taken_as_people_write_it(signed_in, manager, project):
    people = signed_in(manager)

    _send(people, _address(project, "edit/"), contract_sum="12.500,50 €")
    wrong = _send(people, _address(project, "edit/"), contract_sum="zwölf €", title="Fibre")

    project.refresh_from_db()
    assert _errors(wrong) == {"contract_sum": ["“zwölf €” is no number."]}
    assert (project.contract_sum, project.title) == (Decimal("12500.50"), "")


def test_amount_is_told_only_with_the_right_to_money(signed_in, it_staff, reader, school_admin, project):
    ConstructionProject.objects.update(contract_sum=Decimal("48250"), contractor="Netz GmbH")

    pages = [text(signed_in(person).get(_address(project))) for person in (it_staff, reader, school_admin)]

    assert ["48,250.00" in page for page in pages] == [True, False, False]


def test_contractor_is_told_to_the_authority_alone(signed_in, reader, school_admin, project):
    ConstructionProject.objects.update(contractor="Netz GmbH")

    assert "Netz GmbH" in text(signed_in(reader).get(_address(project)))
    assert "Netz GmbH" not in text(signed_in(school_admin).get(_address(project)))


def test_page_tells_what_the_works_wait_for(it, by, school):
    lan = make_project(school, trade=Trade.LAN, status=P.UNDER_CONSTRUCTION)
    wlan = make_project(school, trade=Trade.WLAN, status=P.PLANNED)

    page = it.get(_address(wlan))

    assert "Waits for the acceptance of:" in text(page)
    assert links(page)["LAN cabling"] == _address(lan)


def test_warranty_ends_years_after_acceptance(it, by, project):
    ConstructionProject.objects.update(warranty_years=4)
    change_project(project, by=by, on=LATER, status=P.ACCEPTED)

    assert "until 9 Jun 2028" in text(it.get(_address(project)))


def test_page_tells_until_when_the_works_are_bound(it, by, project):
    fixed = whole(make_programme(binding_start="fixed", binding_until=DAY + timedelta(365)))
    from_acceptance = whole(make_programme(binding_start="purchase", binding_years=5))
    told = []
    for financing in (fixed, from_acceptance):
        edit_project(project, by=by, changes={"financing": financing})
        told.append(text(it.get(_address(project))))
    change_project(project, by=by, on=LATER, status=P.ACCEPTED)
    told.append(text(it.get(_address(project))))

    shown = ("Bound until 1 Mar 2025", "Bound until 5 years from acceptance", "Bound until 9 Jun 2029")
    assert [one in page for page, one in zip(told, shown, strict=True)] == [True] * 3


def test_costs_are_linked_for_those_who_see_or_record_them(signed_in, manager, it_staff, reader, project):
    pages = [links(signed_in(person).get(_address(project))) for person in (manager, it_staff, reader)]

    names = ("Costs of these works", "Record a cost")
    assert [[page.get(name) for name in names] for page in pages] == [
        [f"/costs/?project={project.pk}", f"/costs/new/?project={project.pk}"],
        [f"/costs/?project={project.pk}", None],
        [None, None],
    ]


def test_page_needs_as_many_queries_for_much_as_for_little(it, by, school, project, django_assert_max_num_queries):
    def fill(number):
        make_project_rooms(project, number)
        for _ in range(number):
            defect = make_defect(project, room=make_room(school))
            attach_file(project, SimpleUploadedFile("x.png", PNG), by=by, defect=defect)
            write_journal(project, by=by, on=DAY, text="…")

    make_milestone(project)
    fill(1)
    with django_assert_max_num_queries(60) as one:
        it.get(_address(project))
    fill(2)
    make_milestone(project, P.LIVE, planned_on=LATER + timedelta(9))
    with django_assert_max_num_queries(60) as three:
        it.get(_address(project))

    assert len(three) == len(one)
