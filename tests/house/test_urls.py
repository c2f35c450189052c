"""Every address × every role: who gets what. A new address without a line in the table fails."""

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.house.rows import CAST, Code
from tests.house.url_table import GET, POST, SEND
from tests.house.world import World

pytestmark = pytest.mark.django_db

METHODS = ("POST", "PUT", "PATCH", "DELETE")


def addresses(patterns: list[Any], namespace: str = "") -> Iterator[tuple[str, Any]]:
    """``(name, view)`` of all that may be asked for, without Django's own administration (``test_admin.py``)."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver) and pattern.namespace != "admin":
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", pattern.callback


def methods_of(view: Any) -> set[str]:
    """What ``view`` takes besides GET. A function that never asks for it, itself or by helpers beside it,
    takes GET alone."""
    if actions := getattr(view, "actions", None):
        return {method.upper() for method in actions} & set(METHODS)
    if kind := getattr(view, "cls", None):
        return {method for method in METHODS if hasattr(kind, method.lower())}
    if kind := getattr(view, "view_class", None):
        return {"POST"} if hasattr(kind, "post") else set()  # Django's form views know a PUT that no browser sends
    source = _source_of(inspect.unwrap(view))
    return {"POST"} if '"POST"' in source or "require_POST" in source else set()


def _source_of(function: Any) -> str:
    """Its own source, and that of all helpers beside it that it comes to."""
    helpers = dict(inspect.getmembers(inspect.getmodule(function), inspect.isfunction))
    found = {function: inspect.getsource(function)}
    ahead = [function]
    while ahead:
        source = found[ahead.pop()]
        for name, helper in helpers.items():
            if name.startswith("_") and f"{name}(" in source and helper not in found:
                found[helper] = inspect.getsource(helper)
                ahead.append(helper)
    return "".join(found.values())


def test_every_address_stands_in_the_table() -> None:
    assert {name for name, _view in addresses(get_resolver().url_patterns)} == set(GET)


def test_every_method_stands_in_the_table() -> None:
    offered = {(method, name) for name, view in addresses(get_resolver().url_patterns) for method in methods_of(view)}
    assert offered == {("POST", name) for name in POST} | set(SEND)


@pytest.mark.parametrize("name", GET)
def test_who_gets_what(name: str, world: World) -> None:
    thing, row = GET[name]
    url = reverse(name, kwargs=world.things[thing])
    assert _wrong(row, {person: _code(world.client(person).get(url)) for person in CAST}) == {}


@pytest.mark.parametrize("name", POST)
def test_who_may_post(name: str, world: World) -> None:
    thing, row = POST[name]
    assert _wrong(row, _sent("POST", reverse(name, kwargs=world.things[thing]), world)) == {}


@pytest.mark.parametrize(("method", "name"), SEND)
def test_who_may_send(method: str, name: str, world: World) -> None:
    thing, row = SEND[method, name]
    assert _wrong(row, _sent(method, reverse(name, kwargs=world.things[thing]), world)) == {}


def _sent(method: str, url: str, world: World) -> dict[str, int]:
    """Code per person for an empty form, or below the interface for machines an empty object."""
    kind, body = ("application/json", "{}") if url.startswith("/api/") else ("application/x-www-form-urlencoded", "")
    codes = {}
    for person in CAST:
        with transaction.atomic():
            codes[person] = _code(world.client(person).generic(method, url, body, content_type=kind))
            transaction.set_rollback(True)
    return codes


def _wrong(row: dict[str, Code], codes: dict[str, int]) -> dict[str, tuple[Code, int]]:
    """``person → (expected, found)`` where they differ."""
    return {
        person: (row[person], code)
        for person, code in codes.items()
        if code not in (row[person] if isinstance(row[person], tuple) else (row[person],))
    }


def _code(response: Any) -> int:
    if response.streaming:
        # The response's own close() would also end the connection, and with it the test's transaction.
        for close in response._resource_closers:
            close()
    return int(response.status_code)
