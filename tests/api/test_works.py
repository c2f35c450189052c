"""Parts of construction projects: milestones, rooms, defects, diary, files, progress."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from rollout.models import ConstructionProject
from tests.factories import main_site, make_project, make_room
from tests.factories_money import make_programme, whole
from tests.factories_works import finish_project, make_defect, make_milestone


@pytest.fixture
def project(school):
    return make_project(school, on=date(2024, 3, 1))


@pytest.fixture
def path(project):
    return f"projects/{project.pk}/"


def test_details_are_set_and_amounts_are_for_few(write, get, it_staff, reader, school_admin, path, project):
    financing = whole(make_programme("DigitalPakt"))
    details = {
        "contractor": "Netzbau Süd",
        "contract_sum": "12000.00",
        "financing": financing.pk,
        "bandwidth_before": 16,
        "bandwidth_after": 1000,
        "warranty_years": 4,
    }

    changed = write(it_staff, "patch", path, details, of=path).json()
    hidden = {"contractor", "contract_sum", "financing", "financing_name"}

    assert {name: changed[name] for name in details} == details
    assert changed["financing_name"] == "DigitalPakt"
    assert get(it_staff, path, as_of="2024-06-01")[1] == changed
    assert get(reader, path)[1].keys() & hidden == hidden - {"contract_sum"}
    assert get(school_admin, path)[1].keys() & hidden == set()


def test_project_is_created_with_details(write, it_staff, school):
    body = {"site": main_site(school).pk, "trade": "wlan", "status": "planned", "on": "2024-03-01"}

    made = write(it_staff, "post", "projects/", body | {"contractor": "Netzbau", "contract_sum": "5.00"})

    assert (made.json()["contractor"], made.json()["contract_sum"]) == ("Netzbau", "5.00")
    assert ConstructionProject.objects.get().contractor == "Netzbau"


def test_forecast_is_moved_with_its_reason(write, get, it_staff, school_admin, path, refused):
    body = {"phase": "accepted", "on": "2024-03-01", "planned_on": "2024-09-01", "forecast_on": "2024-09-01"}

    made = write(it_staff, "post", f"{path}milestones/", body)
    one = f"{path}milestones/{made.json()['id']}/"
    later = {"on": "2024-05-01", "forecast_on": "2024-10-01"}
    silent = write(it_staff, "post", f"{one}change/", later, of=one)
    moved = write(it_staff, "post", f"{one}change/", later | {"reason": "Lieferung"}, of=one)
    states = get(school_admin, f"{one}states/")[1]["results"]

    assert (made.status_code, made["Location"]) == (201, f"http://testserver/api/v1/{one}")
    assert [field for field, _code in refused(silent, 400)] == ["reason"]
    assert moved.json() == {
        "id": made.json()["id"],
        "phase": "accepted",
        "planned_on": "2024-09-01",
        "forecast_on": "2024-10-01",
        "reason": "Lieferung",
    }
    assert [(s["valid_from"], s["forecast_on"], s["reason"]) for s in states] == [
        ("2024-03-01", "2024-09-01", ""),
        ("2024-05-01", "2024-10-01", "Lieferung"),
    ]
    assert "recorded_by" not in states[0]
    assert refused(write(it_staff, "post", f"{path}milestones/", body), 400) == [("phase", "exists")]
    assert refused(write(it_staff, "post", f"{one}change/", later), 428) == []


def test_milestone_planned_by_mistake_is_dropped_and_planned_anew(write, get, it_staff, path, refused):
    body = {"phase": "accepted", "on": "2024-03-01", "planned_on": "2024-09-01"}
    made = write(it_staff, "post", f"{path}milestones/", body).json()
    one = f"{path}milestones/{made['id']}/"

    dropped = write(it_staff, "post", f"{one}drop/", {"reason": "Anderer Standort"}, of=one)
    twice = write(it_staff, "post", f"{one}drop/", {}, of=one)

    assert dropped.json() == made | {"planned_on": None}
    assert refused(twice, 400) == [("", "not_planned")]
    assert get(it_staff, f"{path}milestones/")[1]["results"] == []
    assert get(it_staff, f"{one}states/")[1]["results"] == []
    (gone,) = get(it_staff, f"{one}states/", all="1")[1]["results"]
    assert (gone["planned_on"], gone["superseded_at"] is None) == ("2024-09-01", False)
    assert write(it_staff, "post", f"{path}milestones/", body).json() == made


def test_plan_follows_the_template(write, it_staff, path):
    said = {"begins_on": "2024-04-01", "on": "2024-03-01"}

    planned = write(it_staff, "post", f"{path}plan/", said, of=path).json()["milestones"]

    assert planned
    assert all(one["planned_on"] == one["forecast_on"] for one in planned)


def test_rooms_are_covered_and_done(write, get, it_staff, school_admin, school, path, refused):
    rooms = [make_room(school).pk for _ in range(3)]
    on = {"on": "2024-04-01"}

    assert write(it_staff, "post", f"{path}rooms/cover/", {"rooms": rooms, **on}).json() == {"changed": 3}
    done = write(it_staff, "post", f"{path}rooms/done/", {"rooms": rooms[:2], "on": "2024-05-01"})
    gone = write(it_staff, "post", f"{path}rooms/uncover/", {"rooms": rooms[2:], "on": "2024-06-01"})

    def told(**query):
        return [(row["room"], row["is_done"]) for row in get(school_admin, f"{path}rooms/", **query)[1]["results"]]

    assert (done.json(), gone.json()) == ({"changed": 2}, {"changed": 1})
    assert sorted(told()) == [(rooms[0], True), (rooms[1], True)]
    assert sorted(told(as_of="2024-05-31")) == [(rooms[0], True), (rooms[1], True), (rooms[2], False)]
    assert refused(write(it_staff, "post", f"{path}rooms/done/", {"rooms": [10**9], **on}), 404) == []


def test_defect_is_found_resolved_and_reopened(write, get, it_staff, school_admin, school, path, refused):
    room = make_room(school, "R 7")
    body = {"text": "Dose locker", "found_on": "2024-05-01", "due_on": "2024-06-01", "room": room.pk}

    made = write(it_staff, "post", f"{path}defects/", body)
    one = f"{path}defects/{made.json()['id']}/"
    write(it_staff, "patch", one, {"text": "Dose fehlt"}, of=one)
    resolved = write(it_staff, "post", f"{one}resolve/", {"on": "2024-05-20"}, of=one)
    again = write(it_staff, "post", f"{one}resolve/", {"on": "2024-05-21"}, of=one)

    assert made.json() == body | {"id": made.json()["id"], "room_name": "R 7", "resolved_on": None}
    assert (resolved.json()["text"], resolved.json()["resolved_on"]) == ("Dose fehlt", "2024-05-20")
    assert refused(again, 400) == [("", "resolved")]
    assert write(it_staff, "post", f"{one}reopen/", {}, of=one).json()["resolved_on"] is None
    assert get(school_admin, one)[1]["text"] == "Dose fehlt"
    assert refused(write(it_staff, "patch", one, {"text": "X"}), 428) == []


def test_diary_is_the_authoritys(write, get, it_staff, reader, school_admin, path):
    made = write(it_staff, "post", f"{path}journal/", {"on": "2024-04-01", "text": "Ortstermin"})

    assert (made.status_code, made.json()["text"], made.json()["recorded_by"]) == (201, "Ortstermin", "ina.it")
    assert len(get(reader, f"{path}journal/")[1]["results"]) == 1
    assert get(school_admin, f"{path}journal/")[1]["results"] == []


def test_line_of_the_diary_is_corrected_and_withdrawn(write, get, it_staff, path, refused):
    made = write(it_staff, "post", f"{path}journal/", {"on": "2024-04-01", "text": "Ortstermin"}).json()
    one = f"{path}journal/{made['id']}/"

    changed = write(it_staff, "patch", one, {"text": "Ortstermin im Keller"}, of=one).json()
    withdrawn = write(it_staff, "post", f"{one}withdraw/", {"reason": "falsche Baustelle"}, of=one).json()
    late = write(it_staff, "patch", one, {"text": "x"}, of=one)

    assert [row.pop("corrected_at") is None for row in (made, changed, withdrawn)] == [True, False, False]
    assert (made["corrected_by"], made["is_withdrawn"]) == (None, False)
    assert changed == made | {"text": "Ortstermin im Keller", "corrected_by": "ina.it"}
    assert withdrawn == changed | {"text": "", "is_withdrawn": True}
    assert refused(late, 400) == [("", "withdrawn")]
    assert len(get(it_staff, f"{path}journal/")[1]["results"]) == 1


def test_school_sees_photos_of_defects_only(api, get, write, it_staff, school_admin, project, path, refused):
    defect, client = make_defect(project), api(it_staff)

    def send(**extra):
        upload = SimpleUploadedFile("x.png", b"\x89PNG\r\n\x1a\nx")
        return client.post(f"/api/v1/{path}files/", {"file": upload, **extra}, format="multipart")

    photo, paper = send(defect=defect.pk).json(), send().json()
    seen = get(school_admin, f"{path}files/")[1]["results"]
    content = api(school_admin).get(f"/api/v1/{path}files/{photo['id']}/content/")
    one = f"{path}files/{paper['id']}/"

    assert seen == [photo]
    assert (photo["defect"], photo["media_type"], paper["defect"]) == (defect.pk, "image/png", None)
    assert b"".join(content.streaming_content).endswith(b"x")
    assert get(school_admin, one)[0] == 404
    assert refused(send(defect=10**9), 404) == []
    assert write(it_staff, "delete", one, of=one).status_code == 204


def test_progress_is_as_of_a_day(get, school_admin, project, path):
    make_milestone(project, planned_on=date(2024, 6, 1), forecast_on=date(2024, 6, 1), on=date(2024, 3, 1))
    make_defect(project, on=date(2024, 6, 11), due_on=date(2024, 6, 20))
    finish_project(project, on=date(2024, 6, 11))

    before = get(school_admin, f"{path}progress/", as_of="2024-06-05")[1]
    after = get(school_admin, f"{path}progress/", as_of="2024-06-30")[1]

    assert (before["status"], before["slip"], before["is_overdue"], before["open_defects"]) == ("planned", 0, True, 0)
    assert (after["status"], after["slip"], after["accepted_on"]) == ("accepted", 10, "2024-06-11")
    assert (after["open_defects"], after["overdue_defects"], after["waits_for"]) == (1, 1, [])
    accepted = next(one for one in after["milestones"] if one["phase"] == "accepted")
    assert (accepted["planned_on"], accepted["actual_on"], accepted["slip"]) == ("2024-06-01", "2024-06-11", 10)
    assert get(school_admin, f"{path}progress/", as_of="2020-01-01")[0] == 404


@pytest.mark.parametrize("part", ["milestones", "rooms", "defects", "journal", "files"])
def test_parts_of_a_foreign_project_are_not_there(part, get, outsider, it_staff, path, project):
    assert get(outsider, f"{path}{part}/")[0] == 404
    assert get(it_staff, f"{path}{part}/") == (200, {"next": None, "previous": None, "results": []})
