"""Walking all addresses as one person, and what was read there."""

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any
from urllib.parse import unquote

from django.db import transaction
from django.urls import reverse

from imports.enums import KindName
from reports.lists import LISTS
from reports.tables import TABLES
from tests.house.markers import marks_in
from tests.house.url_table import GET
from tests.house.world import World

#: Marker → addresses where it was read.
Read = dict[tuple[str, str], set[str]]
#: Ends of the session, and the one address that says something to whoever has it.
SKIPPED = {"account_logout", "account_login", "web:invitation_accept"}
_SEARCH = ("q=qoth7", "q=qown7", "q=100200", "as_of=2024-04-01", "as_of=2024-04-01&q=qoth7", "as_of=2024-07-01")
#: Each of the lists whose columns can be chosen, with all of them.
_TABLES = ("list_table", "list_workbook", "list_csv")
#: Last parts of addresses that answer htmx with a part of the page.
_PARTS = (
    "/schools/", "/devices/", "/projects/", "/deliveries/", "/imports/", "/rows/", "/progress/", "/findings/",
    "/change/", "/correct/", "/users/", "/audit/", "/webhooks/",
)  # fmt: skip
#: Address → more that can be asked of it; every list is searched for what the other school has.
QUERIES: dict[str, tuple[str, ...]] = {
    "web:audit_list": ("q=qoth7", "q=qown7", "school=100200", "school=100100", "kind=inventory.device", "user=1"),
    "web:audit_export": ("school=100200", "kind=inventory.device"),
    "web:school_list": _SEARCH,
    "web:device_list": (*_SEARCH, "status=in_service", "ordering=-school", "school=100100", "school=100200"),
    "web:project_list": (*_SEARCH, "school=100100", "school=100200"),
    "web:device_export": _SEARCH,
    "web:report_list": ("as_of=2024-04-01",),
    "web:report_progress": ("as_of=2024-04-01&compare_with=2024-03-01&language=de", "as_of=2024-07-01&language=en"),
    "web:dashboard": ("as_of=2024-04-01",),
    "web:school_detail": ("as_of=2024-04-01",),
    "web:device_detail": ("all=1",),
    "api-device-list": (*_SEARCH, "school=100200"),
    "api-device-states": ("all=true",),
    "api-project-list": _SEARCH,
    "api-project-states": ("all=true",),
    "api-school-list": _SEARCH[:3],
    "api-completion": ("as_of=2024-04-01", "school=100200", "school=100100"),
    "web:figure_detail": ("as_of=2024-04-01", "school=100200", "school=100100"),
    "web:figure_records": ("as_of=2024-04-01", "school=100200"),
    "web:figure_compare": (
        "as_of=2024-04-01&with=2024-01-01",
        "as_of=2024-04-01&with=2024-04-01&with_known_at=2024-01-01T00:00",
    ),
    "web:figure_compare_workbook": ("as_of=2024-04-01&with=2024-04-01&with_known_at=2024-01-01T00:00",),
    "api-figure-detail": ("as_of=2024-04-01", "school=100200", "school=100100"),
    "api-figure-compare-detail": ("as_of=2024-04-01&with=2024-01-01",),
    "api-figures": ("as_of=2024-04-01", "school=100200", "school=100100"),
}


def all_addresses(world: World) -> list[str]:
    """Every address about both schools, with the queries above."""
    found: dict[str, None] = {}
    for name, (thing, _row) in GET.items():
        if name in SKIPPED:
            continue
        for arguments in (world.things[thing], world.others[thing]):
            url = reverse(name, kwargs=arguments)
            found |= dict.fromkeys([url, *(f"{url}?{query}" for query in QUERIES.get(name, ()))])
    more = [f"{reverse(f'web:{page}', kwargs={'name': name})}?{_all_of(name)}" for page in _TABLES for name in TABLES]
    more += [reverse("web:list_export", kwargs={"name": name}) for name in LISTS]
    more += [reverse("web:import_template", kwargs={"kind": kind}) for kind in KindName.values]
    return [*found, *more]


def _all_of(name: str) -> str:
    return "&".join(f"columns={column.key}" for column in TABLES[name].columns)


def walk(world: World, person: str, urls: Iterable[str]) -> Read:
    """What ``person`` reads at ``urls``, as whole pages and as the parts that htmx asks for."""
    read: Read = defaultdict(set)
    for mark, url in marks_at(world, person, urls):
        read[mark].add(url)
    return read


def marks_at(world: World, person: str, urls: Iterable[str]) -> Iterator[tuple[tuple[str, str], str]]:
    """One address after the other, so that whoever looks for one marker need not walk on."""
    client = world.client(person)
    for url in urls:
        for headers in _ways(url):
            with transaction.atomic():
                answer = client.get(url, headers=headers)
                text = text_of(answer)
                transaction.set_rollback(True)
            assert answer.status_code < 500, url
            for mark in marks_in(text) - marks_in(unquote(url)):
                yield mark, url


def text_of(response: Any) -> str:
    """All that can be read in an answer: headers, page, JSON, and the insides of a workbook."""
    content = b"".join(response) if response.streaming else response.content
    if response.streaming:
        # The response's own close() would also end the connection, and with it the test's transaction.
        for close in response._resource_closers:
            close()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"\n".join(book.read(name) for name in book.namelist())
    headers = "\n".join(f"{name}: {unquote(value)}" for name, value in response.headers.items())
    return f"{headers}\n{unescape(content.decode('utf-8', 'replace'))}"


def _ways(url: str) -> list[dict[str, str]]:
    """Parts are asked for where there are some: of lists, of rows, of forms that change with what was chosen."""
    has_parts = not url.startswith("/api/") and url.partition("?")[0].endswith(_PARTS)
    return [{}, {"HX-Request": "true"}] if has_parts else [{}]
