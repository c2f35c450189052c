"""Creating, editing and changing devices one by one; creating many; correcting and withdrawing entries."""

from datetime import date
from decimal import Decimal

import pytest

from audit.models import Act, Entry
from inventory.models import Device, DeviceState
from inventory.services import change_device
from schools.enums import Role
from schools.tokens import create_token
from tests.factories import make_device, make_model, make_room, make_user


@pytest.fixture
def device(school):
    return make_device(school=school, on=date(2024, 3, 1))


def new(**extra):
    return {"model": make_model().pk, "on": "2024-03-01", "status": "in_service", "school": "100100", **extra}


def test_device_is_created_with_its_first_status(write, it_staff, school):
    room = make_room(school)
    body = new(serial=" dmp 1", asset_tag="it-1", room=room.pk, price="399.00", note="Spende", reason="Fund")

    answer = write(it_staff, "post", "devices/", body)

    device = Device.objects.get()
    assert (answer.status_code, answer["Location"]) == (201, f"http://testserver/api/v1/devices/{device.pk}/")
    shown = {name: answer.json()[name] for name in ("serial", "asset_tag", "use", "price", "since", "room", "note")}
    assert shown == {
        "serial": "DMP1",
        "asset_tag": "IT-1",
        "use": "pupils",
        "price": "399.00",
        "since": "2024-03-01",
        "room": room.pk,
        "note": "Spende",
    }
    act = Act.objects.get(verb="device.create")
    assert (act.user, act.channel, act.reason) == (it_staff, "api", "Fund")


def test_all_that_is_wrong_with_a_new_device_is_told(write, it_staff, school, other_school, refused):
    make_device(school=school)
    taken = Device.objects.get()
    room = make_room(other_school)
    body = new(serial=taken.serial.lower(), asset_tag=taken.asset_tag, status="in_stock", room=room.pk)

    assert refused(write(it_staff, "post", "devices/", body), 400) == [
        ("", "foreign_room"),
        ("serial", "taken"),
        ("asset_tag", "taken"),
    ]
    assert refused(write(it_staff, "post", "devices/", new()), 400) == [("", "unidentified")]
    assert Device.objects.count() == 1


def test_many_devices_are_created_as_one_act(write, it_staff, school):
    answer = write(it_staff, "post", "devices/bulk/", {"devices": [new(serial="S1"), new(serial="S2")]})

    first, second = Device.objects.order_by("pk")
    assert answer.json() == {
        "dry_run": False,
        "selected": 2,
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "rejected": 0,
        "warnings": [],
        "rows": [
            {
                "id": device.pk,
                "label": device.serial,
                "outcome": "new",
                "changes": {
                    "model": [None, device.model_id],
                    "serial": [None, device.serial],
                    "status": [None, "in_service"],
                    "school": [None, "100100"],
                    "use": [None, "pupils"],
                    "since": [None, "2024-03-01"],
                },
                "problems": [],
            }
            for device in (first, second)
        ],
    }
    act = Act.objects.get(verb="device.create")
    assert Entry.objects.filter(act=act).count() == 2


def test_trial_run_and_refusal_tell_the_rows(write, it_staff, school, refused):
    rows = [new(serial="S1"), new(serial="s1"), new(serial="S2", status="mounted"), new(serial="S3")]

    trial = write(it_staff, "post", "devices/bulk/", {"devices": rows, "dry_run": True})
    answer = write(it_staff, "post", "devices/bulk/", {"devices": rows})

    told = [(row["outcome"], [(p["field"], p["code"]) for p in row["problems"]]) for row in trial.json()["rows"]]
    assert told == [
        ("new", []),
        ("rejected", [("serial", "taken")]),
        ("rejected", [("", "forbidden_step")]),
        ("new", []),
    ]
    assert (trial.json()["new"], trial.json()["rejected"]) == (2, 2)
    assert refused(answer, 400) == [("devices.1.serial", "taken"), ("devices.2", "forbidden_step")]
    assert not Device.objects.exists()
    assert not Act.objects.filter(verb="device.create").exists()


def test_creating_many_takes_a_constant_number_of_queries(api, it_staff, school, django_assert_max_num_queries):
    client, counts = api(it_staff), []
    client.get("/api/v1/categories/")  # notes when the token was last used
    room = make_room(school)
    for number in (2, 200):
        rows = [new(serial=f"S{number}-{i}", asset_tag=f"T{number}-{i}", room=room.pk) for i in range(number)]
        with django_assert_max_num_queries(40) as queries:
            assert client.post("/api/v1/devices/bulk/", {"devices": rows}).json()["new"] == number
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_details_are_edited(write, it_staff, device, refused):
    path = f"devices/{device.pk}/"
    body = {"asset_tag": "neu 1", "price": "12.50", "note": "Riss", "model": make_model("iPad 10").pk, "reason": "R"}

    answer = write(it_staff, "patch", path, body, of=path)

    assert (answer.status_code, answer.json()["asset_tag"], answer.json()["model_name"]) == (200, "NEU1", "iPad 10")
    entry = Entry.objects.latest("pk")
    assert (entry.act.verb, entry.act.reason, entry.act.channel) == ("device.edit", "R", "api")
    assert entry.changes == {
        "asset_tag": [device.asset_tag, "NEU1"],
        "price": [None, "12.50"],
        "note": ["", "Riss"],
        "model": [device.model_id, body["model"]],
    }
    device.refresh_from_db()
    assert (device.price, device.note) == (Decimal("12.50"), "Riss")


def test_details_that_cannot_be_are_refused_by_field(write, it_staff, device, school, refused):
    other = make_device(school=school)
    board = make_model("Tafel", category="board")
    path = f"devices/{device.pk}/"

    def problems(**body):
        return refused(write(it_staff, "patch", path, body, of=path), 400)

    assert problems(asset_tag=other.asset_tag.lower()) == [("asset_tag", "taken")]
    assert problems(serial="", asset_tag="") == [("", "unidentified")]
    assert problems(model=board.pk) == [("model", "other_workflow")]
    assert problems(status="lost") == [("status", "unknown_field")]


def test_change_from_a_day_on_needs_the_version(write, api, it_staff, device, other_school, refused):
    path = f"devices/{device.pk}/"
    body = {"on": "2024-06-01", "school": "100200", "reason": "Umzug"}

    assert refused(write(it_staff, "post", f"{path}change/", body), 428) == []
    answer = write(it_staff, "post", f"{path}change/", body, of=path)

    assert (answer.status_code, answer.json()["school"], answer.json()["since"]) == (200, "100200", "2024-06-01")
    stale = api(it_staff).post(f"/api/v1/{path}change/", body | {"use": "room"}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["current"]["school"]) == (412, "100200")


def test_entry_is_corrected_and_withdrawn(write, it_staff, by, device, refused):
    change_device(device, by=by, on=date(2024, 6, 1), status="in_repair")
    path = f"devices/{device.pk}/"

    def state():
        return DeviceState.objects.known().get(device=device, valid_until=None)

    def act(name, body):
        return write(it_staff, "post", f"{path}states/{state().pk}/{name}/", body, of=path)

    corrected = act("correct", {"status": "lost", "on": "2024-05-01", "reason": "vertippt"})
    assert (corrected.json()["status"], corrected.json()["since"]) == ("lost", "2024-05-01")
    assert act("withdraw", {"reason": "Irrtum"}).json()["status"] == "in_service"
    assert refused(act("withdraw", {}), 400) == [("", "only_entry")]
    assert refused(act("correct", {}), 400) == [("", "nothing_to_change")]
    acts = Act.objects.filter(verb="device.correct").order_by("pk")
    assert [(one.channel, one.reason) for one in acts] == [("api", "vertippt"), ("api", "Irrtum")]


def test_strange_records_do_not_exist(write, it_staff, by, device, school, other_school, refused, api):
    other = make_device(school=other_school)
    foreign = DeviceState.objects.get(device=other)
    path = f"devices/{device.pk}/"
    body = {"status": "lost"}

    assert refused(write(it_staff, "post", f"{path}states/{foreign.pk}/correct/", body, of=path), 404) == []
    _row, token = create_token(make_user("tina.token", role=Role.IT_STAFF), "t", by=by, school=school)
    client = api(token=token)
    ids = {"ids": [device.pk, other.pk], "on": "2024-06-01", "status": "lost"}
    assert refused(client.post("/api/v1/devices/transition/", ids), 404) == []
    out = {"ids": [device.pk], "on": "2024-06-01", "school": None}
    assert refused(client.post("/api/v1/devices/transition/", out), 403) == []
    assert refused(client.post("/api/v1/devices/", new(serial="S", school=None)), 403) == []
    assert refused(client.post("/api/v1/devices/", new(serial="S", school="100200")), 400) == [
        ("school", "does_not_exist")
    ]
    assert set(Device.objects.values_list("status", flat=True)) == {"in_service"}


@pytest.mark.parametrize("user", ["reader", "school_admin", "outsider"])
def test_writing_devices_needs_the_rights(user, api, request, device, refused):
    client = api(request.getfixturevalue(user))
    state = DeviceState.objects.get().pk
    for path in ("", "bulk/", f"{device.pk}/change/", f"{device.pk}/states/{state}/correct/"):
        assert refused(client.post(f"/api/v1/devices/{path}", {}), 403) == []
    assert refused(client.patch(f"/api/v1/devices/{device.pk}/", {}), 403) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"colour": "red"}, ("devices.0.colour", "unknown_field")),
        ({"model": "x"}, ("devices.0.model", "incorrect_type")),
        ({"model": 2**70}, ("devices.0.model", "does_not_exist")),
        ({"school": {"number": "100100"}}, ("devices.0.school", "incorrect_type")),
        ({"price": "NaN"}, ("devices.0.price", "invalid")),
        ({"price": "-1"}, ("devices.0.price", "min_value")),
        ({"serial": "x" * 61}, ("devices.0.serial", "max_length")),
        ({"on": "2199-01-01"}, ("devices.0", "future_day")),
    ],
)
def test_wrong_rows_name_their_field(change, problem, write, it_staff, school, refused):
    body = {"devices": [new(serial="S1") | change]}
    assert refused(write(it_staff, "post", "devices/bulk/", body), 400) == [problem]


@pytest.mark.parametrize("devices", [[], "x", {}, None, [1], [[]]])
def test_rows_that_are_none_are_refused(devices, write, it_staff, refused):
    problems = refused(write(it_staff, "post", "devices/bulk/", {"devices": devices}), 400)
    assert [field.split(".")[0] for field, _code in problems] == ["devices"]
