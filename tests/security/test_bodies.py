"""Bodies that no form and no client of ours sends: large, deep, of the wrong type, with what is not known."""

import json

import pytest
from django.urls import reverse

from tests.house.url_table import GET, POST, SEND
from tests.house.world import World
from tests.security.database import snapshot

pytestmark = pytest.mark.django_db

WRITES = sorted({("POST", name) for name in POST if name.startswith("api-")} | SEND.keys())
BODIES = {
    "nothing": b"",
    "no json": b"{",
    "no utf-8": b'{"a": "\xff"}',
    "list": b"[]",
    "text": b'"a"',
    "number": b"1e400",
    "nan": b'{"a": NaN}',
    "deep": b"[" * 100_000,
    "deep object": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "unknown field": b'{"nirgends": 1}',
    "twice": b'{"ids": [1], "ids": [2]}',
    "null character": b'{"name": "a\\u0000b", "reason": "\\u0000"}',
}


@pytest.mark.parametrize("name", BODIES)
def test_odd_json_is_a_problem_in_the_right_shape(name: str, world: World) -> None:
    before = snapshot()
    client = world.client("administrator")
    for method, route in WRITES:
        url = reverse(route, kwargs=world.things[GET[route][0]])
        answer = client.generic(method, url, BODIES[name], content_type="application/json")
        if answer.status_code in (200, 201, 204) and name == "nothing":
            continue  # what needs no body
        assert 400 <= answer.status_code < 500, (method, route, answer.status_code)
        assert answer.headers["Content-Type"].startswith("application/problem+json"), (method, route)
        assert json.loads(answer.content)["status"] == answer.status_code
    if name != "nothing":
        assert snapshot() == before


def test_oversized_json_is_refused_before_it_is_read(world: World) -> None:
    body = b'{"ids": [' + b"1," * 3_000_000 + b"1]}"
    answer = world.client("administrator").post(reverse("api-device-transition"), body, content_type="application/json")
    assert answer.status_code == 413
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_form_with_too_many_or_too_large_fields_is_refused_in_words(world: World) -> None:
    client = world.client("administrator")
    many = client.post("/deliveries/orders/new/", {f"f{n}": "" for n in range(6000)})
    large = client.post("/deliveries/orders/new/", {"number": "x" * 6_000_000})
    for answer in (many, large):
        assert answer.status_code == 400
        assert '<p class="bare__code">400</p>' in answer.content.decode()
