"""The public page: off until it is switched on, the same for everybody, and nothing in it that nobody published."""

import csv
import json
from io import StringIO
from xml.etree import ElementTree

import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from rollout.services import (
    change_project,
    choose_public_figures,
    unpublish_entry,
    unpublish_initiative,
    withdraw_entry,
    withdraw_initiative,
)
from schools.models import Site
from tests.factories import DAY, main_site, make_project, make_school
from tests.factories_plan import frozen, make_entry, make_initiative
from tests.web.pages import tables, text

ADDRESSES = ("/progress/", "/progress/progress.json", "/progress/connections.csv", "/progress/feed.atom")
ATOM = "{http://www.w3.org/2005/Atom}"
pytestmark = pytest.mark.django_db


@pytest.fixture
def public(settings):
    settings.PUBLIC_PROGRESS = True
    settings.AUTHORITY_NAME = "Stadt Lindenfurt"


def place(school, easting, northing):
    Site.objects.filter(pk=main_site(school).pk).update(easting=easting, northing=northing)


@pytest.mark.parametrize("address", ADDRESSES)
def test_page_is_off_by_default(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.usefixtures("public")
def test_answer_is_the_same_for_everybody_and_may_be_kept(client, manager, by, address):
    make_entry(make_initiative(published=True, by=by), published=True, by=by)
    stranger = client.get(address)
    client.force_login(manager)
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "en"
    member = client.get(address)

    assert (stranger.status_code, stranger.content) == (200, member.content)
    assert [answer.cookies.output() for answer in (stranger, member)] == ["", ""]
    kept = {name: stranger.headers[name] for name in ("Cache-Control", "Vary", "Content-Language")}
    assert kept == {"Cache-Control": "public, max-age=300", "Vary": "Accept-Language", "Content-Language": "de"}
    assert member.headers["Vary"] == "Accept-Language"


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.usefixtures("public")
def test_unchanged_answer_is_not_sent_again(client, by, address):
    make_project(make_school("Lindenschule"))
    entry = make_entry(make_initiative(published=True, by=by), published=True, by=by)
    tag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"if-none-match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert (client.head(address).status_code, client.post(address).status_code) == (200, 405)
    unpublish_entry(entry, by=by, reason="verfrüht")
    make_project(make_school("Ahornschule"))
    assert client.get(address, headers={"if-none-match": tag}).status_code == 200


@pytest.mark.usefixtures("public")
def test_language_comes_from_the_address_or_the_browser(client):
    shown = {
        (query, header): client.get(f"/progress/{query}", headers={"accept-language": header})["Content-Language"]
        for query, header in (("", ""), ("", "en-GB,de;q=0.5"), ("?language=de", "en"), ("?language=xx", "fr"))
    }
    assert list(shown.values()) == ["de", "en", "de", "de"]


@pytest.mark.usefixtures("public")
def test_only_what_is_published_stands_on_it(client, by):
    shown = make_initiative("Digitale Schule", published=True, by=by)
    make_entry(shown, published=True, text="Sichtbar.", by=by)
    make_entry(shown, text="Entwurf.", by=by)
    unpublish_entry(make_entry(shown, published=True, text="Zurückgenommen.", by=by), by=by, reason="Grund A")
    withdraw_entry(make_entry(shown, published=True, text="Weggefallen.", by=by), by=by, reason="Grund B")
    for title, take_back in (("Verfrüht", unpublish_initiative), ("Aufgegeben", withdraw_initiative)):
        project = make_initiative(title, published=True, by=by)
        make_entry(project, published=True, text=f"{title} kommt.", by=by)
        take_back(project, by=by, reason="Grund C")
    make_initiative("Geheim", by=by)

    for address in ADDRESSES:
        body = client.get(address).content.decode()
        hidden = ("Entwurf", "Zurückgenommen", "Weggefallen", "Verfrüht", "Aufgegeben", "Geheim", "Grund")
        assert [word for word in hidden if word in body] == [], address
        assert ("Sichtbar." in body) == (address != "/progress/connections.csv")


@pytest.mark.usefixtures("public")
def test_reason_of_blocked_works_and_money_stay_inside(client, by):
    project = make_project(make_school("Lindenschule"))
    type(project).objects.filter(pk=project.pk).update(
        contract_sum="54321.00", contractor="Netzbau Süd", title="Los 7 Anna Schmidt"
    )
    change_project(project, by=by, on=DAY, status="blocked", reason="Statik ungeklärt")

    for address in ADDRESSES:
        body = client.get(address, headers={"accept-language": "en"}).content.decode()
        hidden = ("Statik", "54321", "54.321", "54,321", "Netzbau", "Anna", by.user.username)
        assert [word for word in hidden if word in body] == [], address
    assert "blocked" in client.get("/progress/connections.csv").content.decode()


@pytest.mark.usefixtures("public")
def test_connections_are_open_data(client):
    school = make_school("Lindenschule", number="100100")
    make_project(school, trade="wlan", status="live")
    make_project(school, trade="fibre", status="under_construction")
    make_project(school, trade="presentation", status="planned")
    make_project(school, trade="lan", status="cancelled")
    site = main_site(school).name

    answer = client.get("/progress/connections.csv")

    rows = list(csv.reader(StringIO(answer.content.decode())))
    assert rows == [
        ["school_number", "school", "site", "building", "trade", "status", "date"],
        ["100100", "Lindenschule", site, "", "fibre", "under_construction", DAY.isoformat()],
        ["100100", "Lindenschule", site, "", "wlan", "live", DAY.isoformat()],
    ]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert [list(row.values()) for row in client.get("/progress/progress.json").json()["connections"]] == rows[1:]
    page = client.get("/progress/", headers={"accept-language": "en"})
    header, row = tables(page)[0]
    assert header[:2] == ["School", "Site"]
    assert row[0].split() == ["Lindenschule", "100100"]


@pytest.mark.usefixtures("public")
def test_text_that_looks_like_a_formula_stays_text(client):
    make_project(make_school("=HYPERLINK(1)"))
    rows = list(csv.reader(StringIO(client.get("/progress/connections.csv").content.decode())))
    assert rows[1][1] == "'=HYPERLINK(1)"


@pytest.mark.usefixtures("public")
def test_map_shows_each_site_where_it_lies(client):
    places = {"A": (1000, 1000, "live"), "B": (2000, 3000, "under_construction"), "C": (1500, 2000, "planned")}
    for name, (easting, northing, status) in places.items():
        school = make_school(name)
        place(school, easting, northing)
        make_project(school, status=status)
    make_project(make_school("D"))

    drawing = client.get("/progress/", headers={"accept-language": "en"}).context["map"]

    dots = {dot.label.partition(",")[0]: dot for dot in drawing.dots}
    assert {name: dot.label.rpartition(": ")[2] for name, dot in dots.items()} == {
        "A": "finished",
        "B": "works going on",
        "C": "still to come",
    }
    found = {name: (dot.state, dot.x, dot.y) for name, dot in dots.items()}
    assert found["A"][1] < found["C"][1] < found["B"][1]
    assert found["B"][2] < found["C"][2] < found["A"][2]
    assert found["C"][1] == pytest.approx((found["A"][1] + found["B"][1]) / 2, abs=0.2)


@pytest.mark.usefixtures("public")
def test_page_without_anything_is_a_page(client):
    assert "No schools yet" in text(client.get("/progress/", headers={"accept-language": "en"}), "content")
    assert client.get("/progress/progress.json").json()["programmes"] == []


@pytest.mark.usefixtures("public")
def test_figures_are_those_that_were_chosen_with_their_day(client, by):
    choose_public_figures([frozen("schools", text="rund 3"), frozen("gone")], by=by)
    page = text(client.get("/progress/", headers={"accept-language": "en"}), "content")
    assert "Schools rund 3 schools as of 1 Mar 2024" in " ".join(page.split())
    (figure,) = client.get("/progress/progress.json").json()["figures"]
    assert {name: figure[name] for name in ("key", "value", "text", "as_of", "since")} == {
        "key": "schools",
        "value": 3.0,
        "text": "rund 3",
        "as_of": DAY.isoformat(),
        "since": None,
    }


@pytest.mark.usefixtures("public")
def test_data_tells_the_whole_programme(client, by):
    initiative = make_initiative(published=True, unit="Schulamt", contact="schule@stadt.example", by=by)
    entry = make_entry(initiative, published=True, figure=frozen(), precision="month", by=by)

    data = json.loads(client.get("/progress/progress.json").content)

    assert data["programmes"] == [
        {
            "title": "Masterplan",
            "description": "",
            "objectives": [
                {
                    "title": "Bildung",
                    "goal": "",
                    "measures": "",
                    "projects": [
                        {
                            "id": initiative.pk,
                            "title": "Digitale Schule",
                            "description": "",
                            "is_focus": False,
                            "unit": "Schulamt",
                            "contact": "schule@stadt.example",
                            "entries": [
                                {
                                    "id": entry.pk,
                                    "text": "Alle Schulen haben WLAN.",
                                    "date": DAY.replace(day=1).isoformat(),
                                    "precision": "month",
                                    "state": "done",
                                    "figure": {
                                        "key": "schools",
                                        "value": 3.0,
                                        "text": "3",
                                        "since": None,
                                        "as_of": DAY.isoformat(),
                                    },
                                    "published_at": entry.published_at.isoformat(timespec="seconds"),
                                    "changed_at": entry.changed_at.isoformat(timespec="seconds"),
                                }
                            ],
                        }
                    ],
                }
            ],
        }
    ]


@pytest.mark.usefixtures("public")
def test_feed_is_valid_atom_with_the_latest_first(client, by):
    first = make_initiative("Digitale Schule", published=True, by=by)
    second = make_initiative("Campus", published=True, by=by)
    old = make_entry(first, published=True, text="A & <B>.", by=by)
    new = make_entry(first, second, published=True, text="C.", state="planned", by=by)

    answer = client.get("/progress/feed.atom", headers={"accept-language": "en"})

    feed = ElementTree.fromstring(answer.content)
    page = f"http://testserver{reverse('web:public_progress')}"
    assert (feed.tag, feed.findtext(f"{ATOM}id"), feed.findtext(f"{ATOM}title")) == (
        f"{ATOM}feed",
        page,
        "Progress: Stadt Lindenfurt",
    )
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Stadt Lindenfurt"
    assert {one.get("rel"): one.get("href") for one in feed.findall(f"{ATOM}link")} == {
        "alternate": page,
        "self": "http://testserver/progress/feed.atom",
    }
    names = ("id", "title", "summary", "updated")
    entries = [{name: one.findtext(ATOM + name) for name in names} for one in feed.findall(f"{ATOM}entry")]
    assert [(one["id"], one["summary"].partition(" (")[0]) for one in entries] == [
        (f"{page}#entry-{new.pk}", "C."),
        (f"{page}#entry-{old.pk}", "A & <B>."),
    ]
    assert entries[0]["title"] == "Digitale Schule, Campus: planned"
    assert feed.findtext(f"{ATOM}updated") == entries[0]["updated"]


@pytest.mark.usefixtures("public")
def test_feed_without_entries_is_valid_too(client):
    feed = ElementTree.fromstring(client.get("/progress/feed.atom").content)
    assert (feed.findtext(f"{ATOM}updated"), feed.findall(f"{ATOM}entry")) == ("2000-01-01T00:00:00+00:00", [])


@pytest.mark.usefixtures("public")
def test_page_costs_the_same_for_three_schools(client, by, django_assert_max_num_queries):
    make_project(make_school("A"))
    make_entry(make_initiative(published=True, by=by), published=True, by=by)
    with django_assert_max_num_queries(10) as one:
        client.get("/progress/")
    for name in "BC":
        make_project(make_school(name))
        make_entry(make_initiative(name, published=True, by=by), published=True, by=by)
    with django_assert_max_num_queries(len(one)):
        client.get("/progress/")
