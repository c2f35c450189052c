"""A token for one school that may write: what belongs to others is neither told to it nor changed by it."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from inventory.models import Device, DeviceState
from inventory.services import change_device, edit_device
from schools.models import ApiToken, School, Site
from schools.tokens import create_token
from tests.factories import DAY, main_site, make_device, make_project, make_room

pytestmark = pytest.mark.django_db
API = "/api/v1/"
#: When the device came from the other school.
CAME = DAY + timedelta(days=60)
BEFORE, AFTER = CAME - timedelta(days=10), CAME + timedelta(days=10)


@pytest.fixture
def limited(it_staff: User, school: School) -> APIClient:
    _token, plain = create_token(it_staff, "Linde", by=Actor(None, Channel.COMMAND), school=school)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {plain}")
    return client


@pytest.fixture
def moved(school: School, other_school: School, by: Actor) -> Device:
    device = make_device(school=other_school)
    edit_device(device, by=by, note="Geheim")
    change_device(device, by=by, on=DAY + timedelta(days=10), room=make_room(other_school), status="in_repair")
    change_device(device, by=by, on=CAME, school=school, room=None, status="in_service")
    edit_device(device, by=by, note="Neu")
    return device


def send(client: APIClient, method: str, path: str, body: Any = None) -> Any:
    return getattr(client, method)(f"{API}{path}", body or {}, headers={"If-Match": "*"})


def states(device: Device) -> list[Any]:
    known = DeviceState.objects.known().filter(device=device).order_by("valid_from")
    return list(known.values_list("valid_from", "school__number", "status"))


def test_version_of_long_ago_tells_only_what_the_trail_tells(limited: APIClient, moved: Device, school: School) -> None:
    answer = limited.patch(f"{API}devices/{moved.pk}/", {"note": "x"}, headers={"If-Match": '"1"'})

    assert answer.status_code == 412
    assert [change["fields"] for change in answer.json()["changes"]] == [
        {"note": {"old": "Geheim", "new": "Neu"}},
        {
            "room": {"old": "…", "new": None},
            "school": {"old": "…", "new": school.pk},
            "status": {"old": "in_repair", "new": "in_service"},
            "valid_from": {"old": None, "new": CAME.isoformat()},
        },
    ]


@pytest.mark.parametrize("dry_run", [True, False])
def test_time_in_another_school_is_neither_tried_nor_changed(limited: APIClient, moved: Device, dry_run: bool) -> None:
    before = states(moved)
    past = {"on": BEFORE.isoformat(), "status": "lost"}
    bulk = {"ids": [moved.pk], "dry_run": dry_run}

    assert send(limited, "post", "devices/transition/", past | bulk).status_code == 403
    assert send(limited, "post", f"devices/{moved.pk}/change/", past).status_code == 403
    assert states(moved) == before

    now = {"on": AFTER.isoformat(), "status": "in_repair"}
    assert send(limited, "post", "devices/transition/", now | bulk).status_code == 200
    assert (states(moved) == before) is dry_run


def test_entry_with_which_a_device_came_is_kept(limited: APIClient, moved: Device) -> None:
    before = states(moved)
    entry = f"devices/{moved.pk}/states/{DeviceState.objects.known().get(device=moved, valid_from=CAME).pk}"

    assert send(limited, "post", f"{entry}/withdraw/").status_code == 403
    for day in (BEFORE, AFTER):
        assert send(limited, "post", f"{entry}/correct/", {"on": day.isoformat()}).status_code == 403
    assert states(moved) == before
    assert send(limited, "post", f"{entry}/correct/", {"status": "in_repair"}).status_code == 200
    assert states(moved)[-1] == (CAME, "100100", "in_repair")


def test_later_entries_are_corrected_and_withdrawn(limited: APIClient, moved: Device, by: Actor) -> None:
    change_device(moved, by=by, on=AFTER, status="in_repair")
    before = states(moved)
    entry = f"devices/{moved.pk}/states/{DeviceState.objects.known().get(device=moved, valid_from=AFTER).pk}"
    later = (AFTER + timedelta(days=1)).isoformat()

    assert send(limited, "post", f"{entry}/correct/", {"on": later}).status_code == 200
    corrected = DeviceState.objects.known().filter(device=moved).latest("valid_from")
    assert send(limited, "post", f"devices/{moved.pk}/states/{corrected.pk}/withdraw/").status_code == 200
    assert states(moved) == before[:-1]


def test_site_of_another_school_is_not_taken_to_see_its_works(
    limited: APIClient, school: School, other_school: School
) -> None:
    make_project(other_school)
    site = main_site(other_school)
    address = {"street": site.street, "postcode": site.postcode, "town": site.town}

    assert send(limited, "post", "sites/", {"school": "100100", **address}).status_code == 403
    assert limited.get(f"{API}projects/").json()["results"] == []
    own = main_site(school)
    assert send(limited, "patch", f"sites/{own.pk}/", {"name": "X"}).status_code == 403
    assert send(limited, "post", "buildings/", {"site": own.pk, "name": "X"}).status_code == 403
    assert not Site.objects.filter(name="X").exists()


def test_other_tokens_of_the_same_person_are_out_of_reach(limited: APIClient, it_staff: User) -> None:
    other, _plain = create_token(it_staff, "alles", by=Actor(None, Channel.COMMAND))

    assert [token["name"] for token in limited.get(f"{API}tokens/").json()["results"]] == ["Linde"]
    assert send(limited, "delete", f"tokens/{other.pk}/").status_code == 404
    assert ApiToken.objects.filter(pk=other.pk).exists()


def test_person_behind_the_token_is_neither_exported_nor_renamed(
    limited: APIClient, it_staff: User, other_school: School, by: Actor
) -> None:
    edit_device(make_device(school=other_school), by=by, note="x", reason="Geheim")

    assert limited.get(f"{API}users/{it_staff.pk}/data/").status_code == 403
    assert send(limited, "patch", "account/", {"first_name": "X"}).status_code == 403
    assert "Geheim" not in limited.get(f"{API}account/").content.decode()
