"""Keys of another school, in addresses, hidden fields and bulk lists: refused like keys that do not exist."""

from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from inventory.enums import DeviceStatus
from inventory.models import Device
from schools.models import Room
from tests.factories import DAY
from tests.house.url_table import GET, POST, SEND
from tests.house.world import World
from tests.security.database import snapshot

pytestmark = pytest.mark.django_db

#: What addresses are about that belongs to no school, or to whoever has the link.
SHARED = {
    "", "category", "figure", "figure_file", "initiative", "kind", "label_sheet", "list", "manufacturer", "model",
    "objective", "passkey", "plan", "problem",
    "progress_entry", "provider", "reset_link", "retirement_step", "standard", "trade",
}  # fmt: skip
OWNED = [name for name, (thing, _row) in GET.items() if thing not in SHARED | {"invitation_link", "mail_link"}]
WRITES = [one for one in sorted({("POST", name): line for name, line in POST.items()} | SEND) if one[1] in OWNED]
NO_KEY = {
    **dict.fromkeys(("pk", "state_pk", "role_pk", "token_pk", "batch", "webhook", "delivery_pk"), 10**9),
    "number": "999999",
}


def arguments(world: World, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of the other school, of none."""
    other = world.others[GET[name][0]]
    return other, other | {key: value for key, value in NO_KEY.items() if key in other}


def ask(world: World, method: str, url: str, person: str = "school_admin", body: Any = None) -> tuple[int, bytes]:
    """Code and content of the answer; what was written is taken back."""
    client = world.client(person)
    with transaction.atomic():
        if url.startswith("/api/"):
            answer = client.generic(method, url, body or "{}", content_type="application/json")
        elif method == "GET":
            answer = client.get(url)
        else:
            answer = client.post(url, body or {})
        found = answer.status_code, answer.content if not answer.streaming else b""
        transaction.set_rollback(True)
    return found


def test_only_what_belongs_to_no_school_is_left_out(almighty: World) -> None:
    used = {thing for thing, _row in GET.values()}
    assert {thing for thing in used if almighty.things[thing] == almighty.others[thing]} == SHARED


@pytest.mark.parametrize("name", OWNED)
def test_what_others_have_is_answered_like_what_nobody_has(name: str, almighty: World) -> None:
    other, none = arguments(almighty, name)
    foreign, missing = (reverse(name, kwargs=one) for one in (other, none))
    assert ask(almighty, "GET", foreign)[0] == ask(almighty, "GET", missing)[0] != 200


@pytest.mark.parametrize(("method", "name"), WRITES)
def test_writing_to_what_others_have_is_answered_like_to_what_nobody_has(
    method: str, name: str, almighty: World
) -> None:
    other, none = arguments(almighty, name)
    before = snapshot()
    client = almighty.client("school_admin")
    kind = "application/json" if name.startswith("api-") else "application/x-www-form-urlencoded"
    codes = [
        client.generic(method, reverse(name, kwargs=one), "{}" if name.startswith("api-") else "", content_type=kind)
        for one in (other, none)
    ]
    assert [answer.status_code for answer in codes] in ([404, 404], [403, 403])
    assert _without_address(codes[0].content, other) == _without_address(codes[1].content, none)
    assert snapshot() == before


def _without_address(content: bytes, arguments: dict[str, Any]) -> bytes:
    """The answer may repeat the address, and carries a new CSRF token each time."""
    for value in arguments.values():
        content = content.replace(f"/{value}/".encode(), b"/x/")
    return b"\n".join(line for line in content.splitlines() if b"csrf" not in line.lower())


def form_of_a_change(world: World, **changed: Any) -> dict[str, Any]:
    """What the form of a device sends, and something else in it."""
    whole = {"status": DeviceStatus.IN_SERVICE, "on": "2024-05-01", "school": world.own.pk, "reason": "x"}
    return whole | {"use": "pupils", "room": "", "is_managed": "unknown"} | changed


def test_device_is_not_moved_into_the_room_or_school_of_others(almighty: World) -> None:
    room = Room.objects.get(**almighty.others["room"])
    url = reverse("web:device_change", kwargs=almighty.things["device"])
    client, before = almighty.client("school_admin"), snapshot()
    for changed in ({"room": room.pk}, {"school": almighty.other.pk}, {"school": almighty.other.number}):
        answer = client.post(url, form_of_a_change(almighty, **changed))
        assert answer.status_code in (200, 422)
        assert answer.context["form"].errors.keys() & changed.keys()
    assert snapshot() == before


def test_bulk_list_takes_only_what_is_visible(almighty: World) -> None:
    own, other = almighty.things["device"]["pk"], almighty.others["device"]["pk"]
    url = reverse("web:device_bulk_change")
    mixed = almighty.client("school_admin").get(f"{url}?device={own}&device={other}")
    assert mixed.context["number"] == 1
    foreign = almighty.client("school_admin").get(f"{url}?device={other}")
    assert foreign.status_code == 302
    before = snapshot()
    almighty.client("school_admin").post(f"{url}?device={other}", {"status": "in_stock", "on": DAY.isoformat()})
    assert snapshot() == before


@pytest.mark.parametrize("dry_run", [True, False])
def test_bulk_transition_with_one_foreign_key_changes_nothing(dry_run: bool, almighty: World) -> None:
    own, other = almighty.things["device"]["pk"], almighty.others["device"]["pk"]
    client, before = almighty.client("school_admin"), snapshot()
    body = {"status": DeviceStatus.IN_STOCK, "on": "2024-05-01", "dry_run": dry_run, "reason": "x"}
    url = reverse("api-device-transition")
    answers = [client.post(url, body | {"ids": [own, key]}, content_type="application/json") for key in (other, 10**9)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert snapshot() == before
    assert Device.objects.get(pk=own).status == DeviceStatus.IN_SERVICE
