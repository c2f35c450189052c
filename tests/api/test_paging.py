"""Lists follow a cursor: every row exactly once, whatever the sorting and whoever writes meanwhile."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.urls import router
from inventory.models import Device
from tests.factories import DAY, make_device, make_model, make_project, make_room, make_school

ORDERED = sorted(
    {
        (prefix, choice)
        for prefix, view, _name in router.registry
        for one in view.filterset_classes
        if "ordering" in one.base_filters
        for choice, _label in one.base_filters["ordering"].extra["choices"]
    }
)


@pytest.fixture
def city(db):
    """Few different values, and none at all in many places."""
    schools = [None, make_school("Ahornschule"), make_school("Ahornschule"), make_school("Zederschule")]
    models = [make_model(), make_model(name="A"), make_model(name="B", manufacturer="Zebra")]
    rooms = {place: [None, make_room(place, "R 1"), make_room(place, "R 2")] for place in schools if place}
    for index in range(16):
        place = schools[index % 4]
        room = rooms[place][index % 3] if place else None
        status = "in_stock" if place is None else "in_service"
        on = DAY + timedelta(days=index % 5)
        make_device(school=place, room=room, model=models[index % 3], status=status, on=on)
    Device.objects.filter(pk__in=list(Device.objects.values_list("pk", flat=True)[::2])).update(asset_tag="")
    for school in schools[1:]:
        make_project(school)
        make_project(school, trade="wifi")
    return schools


def pages(client, address):
    """Each page of the list as it is followed to its end."""
    while address:
        body = client.get(address).json()
        yield body
        address = body["next"]


def keys(rows):
    return [row.get("id", row.get("number")) for row in rows]


def test_pages_give_each_row_once_in_order(api, it_staff, city):
    client = api(it_staff)
    for prefix, ordering in ORDERED:
        address = f"/api/v1/{prefix}/?ordering={ordering}"
        whole = keys(client.get(address).json()["results"])
        found = [row for page in pages(client, f"{address}&page_size=2") for row in page["results"]]
        assert keys(found) == whole, (prefix, ordering)


@pytest.mark.parametrize("address", ["devices/", "devices/?as_of=2024-08-03", "devices/?ordering=-school,model,-since"])
def test_pages_lead_back_the_same_way(address, api, it_staff, city):
    client = api(it_staff)
    joint = "&" if "?" in address else "?"
    there = list(pages(client, f"/api/v1/{address}{joint}page_size=5"))

    back, previous = [], there[-1]["previous"]
    while previous:
        page = client.get(previous).json()
        back.append(page)
        previous = page["previous"]

    assert [keys(page["results"]) for page in reversed(back)] == [keys(page["results"]) for page in there[:-1]]
    assert [page["next"] is not None for page in back] == [True] * len(back)


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    ordering=st.lists(st.sampled_from([name for prefix, name in ORDERED if prefix == "devices"]), max_size=3),
    size=st.integers(3, 9),
)
def test_rows_that_come_meanwhile_shift_nothing(ordering, size, api, it_staff, city):
    client = api(it_staff)
    before = set(Device.objects.values_list("pk", flat=True))
    found = []
    for number, page in enumerate(pages(client, f"/api/v1/devices/?page_size={size}&ordering={','.join(ordering)}")):
        found += keys(page["results"])
        if number < 2:
            make_device(school=city[number + 1])
            make_device(status="in_stock", on=DAY + timedelta(days=number))

    assert len(found) == len(set(found))
    assert before <= set(found)


@pytest.mark.parametrize("cursor", ["", "x", "W10:1", "%00", "a" * 5000])
def test_wrong_cursor_is_refused(cursor, api, reader, refused):
    assert refused(api(reader).get(f"/api/v1/devices/?cursor={cursor}"), 400) == [("cursor", "invalid")]


def test_cursor_of_another_list_or_sorting_is_refused(api, it_staff, city, refused):
    client = api(it_staff)
    following = client.get("/api/v1/devices/?page_size=2&ordering=serial").json()["next"]

    assert client.get(following).status_code == 200
    other = following.replace("ordering=serial", "ordering=-serial")
    assert refused(client.get(other), 400) == [("cursor", "invalid")]
    other = following.replace("/devices/", "/schools/").replace("ordering=serial", "ordering=name")
    assert refused(client.get(other), 400) == [("cursor", "invalid")]


def test_count_is_given_if_asked_for(api, it_staff, city, refused):
    client = api(it_staff)

    assert client.get("/api/v1/devices/?count=1&page_size=1").json()["count"] == 16
    assert "count" not in client.get("/api/v1/devices/").json()
    assert refused(client.get("/api/v1/devices/?count=yes"), 400) == [("count", "invalid")]


def test_chosen_fields_are_the_same_as_of_the_whole(api, it_staff, city):
    client = api(it_staff)
    for address in ("devices/?", "devices/?as_of=2024-08-03&", "schools/?", "projects/?", "rooms/?"):
        whole = client.get(f"/api/v1/{address}").json()["results"]
        for name in whole[0]:
            chosen = client.get(f"/api/v1/{address}fields={name}").json()["results"]
            assert chosen == [{name: row[name]} for row in whole]


def test_unknown_fields_are_refused(api, reader, refused, school):
    client = api(reader)

    for path in ("schools/", "schools/100100/", "devices/"):
        answer = client.get(f"/api/v1/{path}", {"fields": "id,nonsense"})
        assert ("fields", "unknown_field") in refused(answer, 400)
    assert client.get("/api/v1/schools/100100/?fields=number,name").json() == {
        "number": "100100",
        "name": "Lindenschule",
    }


def test_fields_that_one_may_not_read_are_unknown(api, reader, it_staff, school, refused):
    make_device(school=school)

    assert api(it_staff).get("/api/v1/devices/?fields=price").json()["results"] == [{"price": None}]
    assert refused(api(reader).get("/api/v1/devices/?fields=price"), 400) == [("fields", "unknown_field")]


@pytest.mark.parametrize("address", ["devices/", "devices/?as_of=2024-08-03", "schools/", "projects/?as_of=2024-08-03"])
def test_lists_show_records_as_they_are_shown_alone(address, api, it_staff, city):
    """Lists read columns, single records read objects."""
    client = api(it_staff)
    prefix, _, query = address.partition("?")
    rows = client.get(f"/api/v1/{address}").json()["results"]

    assert len(rows) > 2
    for row in rows:
        key = row.get("id", row.get("number"))
        alone = client.get(f"/api/v1/{prefix}{key}/?{query}").json()
        alone.pop("bound_until", None)  # of a single device only
        assert alone == row
