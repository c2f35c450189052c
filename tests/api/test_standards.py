"""Versions of the standard, their lines, and what is fulfilled by hand: answers, rights, refusals."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Act
from rollout.models import Attainment, Requirement, Standard, Waiver
from rollout.services import attain, create_requirement, create_standard_version, grant_waiver
from tests.factories import DAY

SOON = timezone.localdate() + timedelta(days=30)
ATTAINED = {"school": "100100", "key": "media_concept", "valid_from": "2024-03-01", "is_met": True}


@pytest.fixture
def version(db, by):
    return create_standard_version(Standard.objects.get(), by=by, valid_from=SOON, name="Standard 2")


def test_version_is_created_with_the_lines_of_another(write, get, manager):
    first = Standard.objects.get()
    body = {"based_on": first.pk, "valid_from": SOON.isoformat(), "name": "Standard 2", "committee": "Schulausschuss"}

    answer = write(manager, "post", "standards/", body)

    made = Standard.objects.get(name="Standard 2")
    assert (answer.status_code, answer["Location"]) == (201, f"http://testserver/api/v1/standards/{made.pk}/")
    shown = answer.json()
    assert shown == {
        "id": made.pk,
        "name": "Standard 2",
        "valid_from": SOON.isoformat(),
        "committee": "Schulausschuss",
        "presented_on": None,
        "recorded_at": shown["recorded_at"],
        "is_open": True,
    }
    lines = get(manager, "requirements/", standard=made.pk, page_size=100)[1]["results"]
    assert len(lines) == first.requirements.count()
    assert Act.objects.get(verb="standard.create").channel == "api"


def test_line_is_shown_changed_and_taken_out(write, get, manager, version):
    line = version.requirements.get(key="pupil_devices", school_type="")
    path = f"requirements/{line.pk}/"
    assert get(manager, path) == (
        200,
        {
            "id": line.pk,
            "standard": version.pk,
            "key": "pupil_devices",
            "school_type": "",
            "school": None,
            "name": "Schülergeräte",
            "name_en": "Pupil devices",
            "position": line.position,
            "level": "basis",
            "weight": "1.00",
            "is_applicable": True,
            "grace_months": None,
            "measure": "devices_per_head",
            "head": "pupils",
            "per": 3,
            "quantity": None,
            "percent": None,
            "of_key": "",
            "amount": None,
            "amount_per_class": None,
            "unit": "",
            "trade": "",
            "room_kinds": [],
            "use": "pupils",
            "categories": ["tablet", "convertible", "laptop"],
        },
    )

    answer = write(manager, "patch", path, {"per": 5, "categories": ["tablet"], "reason": "Beschluss"}, of=path)

    assert (answer.json()["per"], answer.json()["categories"]) == (5, ["tablet"])
    assert write(manager, "delete", path, of=path).status_code == 204
    assert not Requirement.objects.filter(pk=line.pk).exists()


def test_line_for_one_school_is_added(write, get, manager, school, school_admin, other_school, version, by):
    body = {"standard": version.pk, "key": "own", "name": "Nur hier", "measure": "yes_no", "school": "100100"}

    answer = write(manager, "post", "requirements/", body)
    other = create_requirement(version, by=by, key="own", name="Dort", measure="yes_no", school=other_school)

    assert (answer.status_code, answer.json()["school"]) == (201, "100100")
    assert get(school_admin, f"requirements/{answer.json()['id']}/")[0] == 200
    assert get(school_admin, f"requirements/{other.pk}/")[0] == 404
    shown = get(school_admin, "requirements/", standard=version.pk, page_size=100)[1]["results"]
    assert {line["school"] for line in shown} == {None, "100100"}


def test_version_in_force_is_closed(write, manager, refused):
    standard = Standard.objects.get()
    line = standard.requirements.first()
    path, of_line = f"standards/{standard.pk}/", f"requirements/{line.pk}/"

    assert refused(write(manager, "patch", of_line, {"is_applicable": False}, of=of_line), 400) == [("", "in_force")]
    assert refused(write(manager, "delete", of_line, of=of_line), 400) == [("", "in_force")]
    assert refused(write(manager, "delete", path, of=path), 400) == [("", "in_force")]
    assert write(manager, "patch", of_line, {"name": "Anders"}, of=of_line).json()["name"] == "Anders"
    assert write(manager, "patch", path, {"presented_on": "2024-01-01"}, of=path).json()["presented_on"] == "2024-01-01"


def test_open_version_is_put_in_force_or_given_up(write, manager, version, refused):
    path = f"standards/{version.pk}/"
    today = timezone.localdate().isoformat()

    assert write(manager, "patch", path, {"valid_from": today}, of=path).json()["is_open"] is False
    assert refused(write(manager, "delete", path, of=path), 400) == [("", "in_force")]
    Standard.objects.filter(pk=version.pk).update(valid_from=SOON)
    assert refused(write(manager, "delete", path), 428) == []
    assert write(manager, "delete", path, of=path).status_code == 204


def test_attainment_is_recorded_from_a_day_on(write, get, manager, school, school_admin, refused):
    body = {"school": "100100", "key": "bandwidth", "valid_from": "2024-03-01", "value": "500.00", "reason": "Messung"}
    body["evidence"] = "Messprotokoll 7/2024"

    answer = write(manager, "post", "attainments/", body)

    fact = {
        "id": Attainment.objects.get().pk,
        "school": "100100",
        "key": "bandwidth",
        "valid_from": "2024-03-01",
        "valid_until": None,
        "value": "500.00",
        "is_met": None,
        "evidence": "Messprotokoll 7/2024",
        "file": None,
    }
    assert (answer.status_code, answer.json()) == (201, fact)
    assert get(school_admin, "attainments/")[1]["results"] == [fact]
    assert get(school_admin, "attainments/", as_of="2024-02-29")[1]["results"] == []
    act = Act.objects.get(verb="attainment.record")
    assert (act.channel, act.reason) == ("api", "Messung")
    both = body | {"is_met": True}
    assert refused(write(manager, "post", "attainments/", both), 400) == [("", "value_or_is_met")]
    counted = body | {"key": "pupil_devices"}
    assert refused(write(manager, "post", "attainments/", counted), 400) == [("key", "unknown_requirement")]
    future = body | {"valid_from": "2199-01-01"}
    assert refused(write(manager, "post", "attainments/", future), 400) == [("", "future_day")]


def test_attainments_are_those_of_visible_schools(get, by, manager, school, other_school, school_admin, refused, api):
    for one in (school, other_school):
        attain(one, "media_concept", by=by, on=DAY, is_met=True)

    assert len(get(manager, "attainments/")[1]["results"]) == 2
    assert [row["school"] for row in get(manager, "attainments/", school="100200")[1]["results"]] == ["100200"]
    assert [row["school"] for row in get(school_admin, "attainments/")[1]["results"]] == ["100100"]
    answer = api(school_admin).get("/api/v1/attainments/", {"school": "100200"})
    assert refused(answer, 400) == [("school", "does_not_exist")]


@pytest.mark.parametrize("user", ["reader", "school_admin", "outsider"])
def test_attainment_is_refused_to_those_who_do_not_book(user, write, request, refused):
    assert refused(write(request.getfixturevalue(user), "post", "attainments/", ATTAINED), 403) == []


def test_attainment_is_recorded_by_those_who_book_like_on_the_page(write, it_staff, school):
    assert write(it_staff, "post", "attainments/", ATTAINED).status_code == 201
    assert [(fact.school, fact.is_met) for fact in Attainment.objects.all()] == [(school, True)]


@pytest.mark.parametrize("user", ["reader", "school_admin", "outsider", "it_staff"])
def test_standards_are_edited_by_those_who_may(user, api, request, version, refused):
    client = api(request.getfixturevalue(user))
    line = version.requirements.first()
    for path in ("standards/", "requirements/"):
        assert refused(client.post(f"/api/v1/{path}", {}), 403) == []
    for path in (f"standards/{version.pk}/", f"requirements/{line.pk}/"):
        assert client.get(f"/api/v1/{path}").status_code == 200
        assert refused(client.patch(f"/api/v1/{path}", {}), 403) == []
        assert refused(client.delete(f"/api/v1/{path}"), 403) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"categories": ["nothing"]}, ("categories", "does_not_exist")),
        ({"categories": [1]}, ("categories", "incorrect_type")),
        ({"categories": [{}]}, ("categories", "incorrect_type")),
        ({"categories": "tablet"}, ("categories", "not_a_list")),
        ({"room_kinds": ["castle"]}, ("room_kinds", "invalid_choice")),
        ({"percent": "101"}, ("percent", "max_value")),
        ({"per": 0}, ("per", "min_value")),
        ({"per": None}, ("", "invalid")),
        ({"key": "other"}, ("key", "unknown_field")),
        ({"of_key": "nothing", "measure": "share", "percent": "5"}, ("of_key", "unknown_requirement")),
    ],
)
def test_wrong_input_names_the_field(change, problem, write, manager, version, refused):
    path = f"requirements/{version.requirements.get(key='pupil_devices', school_type='').pk}/"
    ((field, code),) = refused(write(manager, "patch", path, change, of=path), 400)
    assert (field.split(".")[0], code) == problem


def test_list_takes_the_same_number_of_queries_for_1_and_3(api, manager, by, version, django_assert_max_num_queries):
    client, counts = api(manager), []
    client.get("/api/v1/categories/")
    for size in (1, 3):
        with django_assert_max_num_queries(10) as queries:
            assert len(client.get("/api/v1/requirements/", {"page_size": size}).json()["results"]) == size
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_attainment_is_corrected_and_withdrawn(write, get, by, manager, school, refused):
    attain(school, "bandwidth", by=by, on=DAY, value=100)
    first = Attainment.objects.get()
    body = {"valid_from": "2024-04-01", "value": "250.00", "evidence": "Messung", "reason": "Zahlendreher"}

    answer = write(manager, "post", f"attainments/{first.pk}/correct/", body)

    now = Attainment.objects.known().get()
    assert (answer.status_code, answer.json()["id"]) == (200, now.pk)
    assert (now.valid_from.isoformat(), str(now.value), now.evidence) == ("2024-04-01", "250.00", "Messung")
    assert Act.objects.latest("pk").verb == "attainment.correct"
    assert write(manager, "post", f"attainments/{first.pk}/correct/", body).status_code == 404
    assert write(manager, "post", f"attainments/{now.pk}/withdraw/", {}).status_code == 204
    assert list(Attainment.objects.known()) == []


def test_waiver_is_granted_ended_and_withdrawn(write, get, manager, school, school_admin, refused):
    body = {"school": "100100", "key": "fibre", "reason": "Abriss", "valid_from": "2024-03-01"}

    answer = write(manager, "post", "waivers/", body)

    shown = body | {"id": Waiver.objects.get().pk, "last_day": None}
    assert (answer.status_code, answer.json()) == (201, shown)
    assert get(school_admin, "waivers/")[1]["results"] == [shown]
    assert get(school_admin, "waivers/", as_of="2024-02-29")[1]["results"] == []
    assert refused(write(manager, "post", "waivers/", body), 400) == [("", "overlaps")]
    assert refused(write(manager, "post", "waivers/", body | {"key": "x"}), 400) == [("key", "unknown_requirement")]

    ended = write(manager, "post", f"waivers/{shown['id']}/end/", {"last_day": "2024-12-31"}).json()
    assert (ended["last_day"], ended["valid_from"]) == ("2024-12-31", "2024-03-01")
    assert write(manager, "post", f"waivers/{ended['id']}/withdraw/", {"reason": "Irrtum"}).status_code == 204
    assert get(school_admin, "waivers/", as_of="2024-06-01")[1]["results"] == []


def test_completion_names_the_waiver(get, by, manager, school):
    grant_waiver(school, "fibre", by=by, on=DAY, reason="Abriss")

    (one,) = get(manager, "completion/", as_of="2024-06-01")[1]["schools"]
    fibre = next(row for row in one["requirements"] if row["key"] == "fibre")
    assert (fibre["state"], fibre["gap"], fibre["due_on"]) == ("covered", None, None)
    assert fibre["waiver"] == {"valid_from": "2024-03-01", "last_day": None, "reason": "Abriss"}


@pytest.mark.parametrize("user", ["reader", "school_admin", "outsider", "it_staff"])
def test_waiver_is_refused_to_those_who_do_not_set_standards(user, write, request, refused):
    body = {"school": "100100", "key": "fibre", "reason": "Abriss", "valid_from": "2024-03-01"}
    assert refused(write(request.getfixturevalue(user), "post", "waivers/", body), 403) == []
