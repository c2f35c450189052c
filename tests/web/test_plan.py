"""Pages of the wider programme: read by everybody as far as it is published, written by those who publish."""

from datetime import date
from decimal import Decimal
from urllib.parse import parse_qs, urlparse

import pytest
from django.utils import timezone

from audit.models import Act
from rollout.models import Initiative, ProgressEntry, PublicFigure
from rollout.services import change_entry, publish_entry
from tests.factories import DAY, make_device, make_devices, make_model, make_school
from tests.factories_money import make_cost
from tests.factories_plan import frozen, make_entry, make_initiative
from tests.web.pages import links, text

pytestmark = pytest.mark.django_db
ENTRY = {"text": "Alle Schulen haben WLAN.", "state": "done", "on": "2024-03-15", "precision": "month"}


@pytest.fixture
def boss(signed_in, manager):
    client = signed_in(manager)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def guest(client, reader):
    client.force_login(reader)
    client.cookies["django_language"] = "en"
    return client


def version(client, address):
    return client.get(address).context["form"].version_now


def post(client, address, data):
    return client.post(address, {"version": version(client, address), **data})


def said(answer):
    return [str(message) for message in answer.wsgi_request._messages]


# --- reading ----------------------------------------------------------------------------------------------------------


def test_overview_shows_what_is_published_and_how_far_it_is(guest, by):
    shown = make_initiative("Digitale Schule", published=True, is_focus=True, by=by)
    make_initiative("Campus", published=True, by=by)
    make_initiative("Geheim", by=by)
    make_entry(shown, published=True, by=by)
    make_entry(shown, published=True, state="planned", by=by)
    make_entry(shown, by=by)

    answer = guest.get("/plan/")

    page = text(answer, "content")
    assert "Geheim" not in page
    assert "draft" not in page
    assert "New programme" not in page
    assert page.index("Digitale Schule") < page.index("Focus project") < page.index("Campus")
    assert "No entries yet" in page[page.index("Campus") :]
    assert links(answer, "content")["Digitale Schule"] == f"/plan/projects/{shown.pk}/"


def test_overview_costs_the_same_for_three_projects(guest, by, django_assert_max_num_queries):
    make_entry(make_initiative("A", published=True, by=by), published=True, by=by)
    guest.get("/plan/")
    with django_assert_max_num_queries(50) as first:
        guest.get("/plan/")
    for title in "BC":
        make_entry(make_initiative(title, published=True, by=by), published=True, by=by)
    with django_assert_max_num_queries(len(first)):
        guest.get("/plan/")


def test_project_shows_its_entries_under_headings(guest, by):
    initiative = make_initiative(published=True, unit="Schulamt", contact="schule@stadt.example", by=by)
    make_entry(initiative, published=True, text="WLAN steht.", figure=frozen(), by=by)
    make_entry(initiative, published=True, text="Glasfaser liegt.", by=by)
    make_entry(initiative, published=True, text="Tafeln kommen.", state="planned", by=by)
    make_entry(initiative, text="Entwurf.", by=by)

    page = text(guest.get(f"/plan/projects/{initiative.pk}/"), "content")

    order = ["These points have been implemented", "Glasfaser liegt.", "WLAN steht.", "This point is planned"]
    assert [page.index(words) for words in order] == sorted(page.index(words) for words in order)
    assert ("Entwurf." in page, "Schulamt" in page, "schule@stadt.example" in page) == (False, True, True)


def test_empty_project_says_so(guest, by):
    page = text(guest.get(f"/plan/projects/{make_initiative(published=True, by=by).pk}/"), "content")
    assert "There are no entries for this project yet." in page


@pytest.mark.parametrize("address", ["projects/{0}/", "entries/{1}/"])
def test_what_is_not_published_is_not_there(guest, by, address):
    initiative = make_initiative(by=by)
    entry = make_entry(initiative, published=True, by=by)
    assert guest.get("/plan/" + address.format(initiative.pk, entry.pk)).status_code == 404


@pytest.mark.parametrize(("who", "reads_reason"), [("reader", True), ("school_admin", False)])
def test_entry_tells_what_it_said_before(client, by, request, who, reads_reason):
    client.force_login(request.getfixturevalue(who))
    client.cookies["django_language"] = "en"
    entry = make_entry(make_initiative(published=True, by=by), text="Viele Schulen haben WLAN.", by=by)
    change_entry(entry, by=by, changes={"text": "Alle Schulen haben WLAN."}, reason="noch ein Entwurf")
    publish_entry(entry, by=by)
    change_entry(entry, by=by, changes={"text": "Fast alle Schulen haben WLAN."}, reason="zwei fehlen noch")

    page = text(client.get(f"/plan/entries/{entry.pk}/"), "content")

    assert "What was said before" in page
    assert ("zwei fehlen noch" in page) == reads_reason
    assert "Alle Schulen haben WLAN. → Fast alle Schulen haben WLAN." in " ".join(page.split())
    assert ("Viele" in page, "noch ein Entwurf" in page) == (False, False)


# --- writing ----------------------------------------------------------------------------------------------------------


def test_programme_objective_and_project_are_made_one_after_the_other(boss):
    post(boss, "/plan/new/", {"title": "Masterplan", "description": "Was wir vorhaben."})
    plan = boss.get("/plan/").context["plans"][0]
    post(boss, f"/plan/{plan.pk}/objectives/new/", {"title": "Bildung", "goal": "Gut lernen"})
    objective = plan.objectives.get()
    answer = post(
        boss,
        f"/plan/objectives/{objective.pk}/projects/new/",
        {"title": "Digitale Schule", "is_focus": "on", "contact": "anna.schmidt@stadt.example"},
    )

    made = Initiative.objects.get()
    assert (made.title, made.is_focus, made.published_at) == ("Digitale Schule", True, None)
    assert answer["Location"] == f"/plan/projects/{made.pk}/"
    assert said(answer) == [
        "The project is there. Nobody else sees it until you publish it.",
        "The contact seems to be the address of a person. Better name one of an office.",
    ]
    boss.post(f"/plan/projects/{made.pk}/publish/")
    made.refresh_from_db()
    assert made.published_at


def test_objective_with_projects_is_not_deleted(boss, by):
    objective = make_initiative(by=by).objective
    answer = boss.post(f"/plan/objectives/{objective.pk}/delete/", {"reason": "x"})
    assert answer.status_code == 200
    assert "The objective has projects, perhaps withdrawn ones." in text(answer, "content")


def test_entry_is_written_as_a_draft_and_published(boss, by):
    initiative = make_initiative(published=True, by=by)
    answer = post(boss, f"/plan/projects/{initiative.pk}/entries/new/", ENTRY | {"initiatives": [initiative.pk]})

    entry = ProgressEntry.objects.get()
    assert (entry.on, entry.published_at, answer["Location"]) == (date(2024, 3, 1), None, f"/plan/entries/{entry.pk}/")
    assert Act.objects.get(verb="entry.write").channel == "page"
    boss.post(f"/plan/entries/{entry.pk}/publish/")
    entry.refresh_from_db()
    assert entry.published_at


def test_hints_stand_beside_a_draft_and_while_somebody_writes(boss, by):
    initiative = make_initiative(by=by)
    entry = make_entry(initiative, text="13 Schulen haben WLAN", by=by)
    page = text(boss.get(f"/plan/entries/{entry.pk}/"), "content")
    assert "The text names a number." in page

    answer = boss.post("/plan/entries/hints/", ENTRY | {"text": "Frau Müller hat 13 Tablets."})
    assert [("number" in hint, "person" in hint) for hint in answer.context["hints"]] == [(True, False), (False, True)]
    assert boss.post("/plan/entries/hints/", {"on": "x", "entry": "x" * 30}).context["hints"] == []


def test_published_entry_asks_for_a_reason(boss, by):
    initiative = make_initiative(published=True, by=by)
    entry = make_entry(initiative, published=True, by=by)
    address = f"/plan/entries/{entry.pk}/change/"
    changed = ENTRY | {"text": "Neu.", "initiatives": [initiative.pk]}

    refused = post(boss, address, changed)
    assert list(refused.context["form"].errors) == ["reason"]
    post(boss, address, changed | {"reason": "genauer"})
    entry.refresh_from_db()
    assert entry.text == "Neu."


@pytest.mark.parametrize("deed", ["unpublish", "withdraw"])
def test_publication_is_taken_back_with_a_reason(boss, by, deed):
    entry = make_entry(make_initiative(published=True, by=by), published=True, by=by)
    address = f"/plan/entries/{entry.pk}/{deed}/"
    assert list(boss.post(address).context["form"].errors) == ["reason"]
    assert boss.post(address, {"reason": "verfrüht"}).status_code == 302
    entry.refresh_from_db()
    assert (entry.published_at, entry.withdrawn_at is None) == (None, deed == "unpublish")


def test_somebody_who_was_quicker_is_noticed(boss, by):
    entry = make_entry(by=by)
    address = f"/plan/entries/{entry.pk}/change/"
    seen = version(boss, address)
    change_entry(entry, by=by, changes={"text": "Anders."})
    answer = boss.post(address, ENTRY | {"version": seen, "initiatives": [entry.initiatives.get().pk]})
    assert "Somebody else has changed this meanwhile." in text(answer, "content")


# --- figures ----------------------------------------------------------------------------------------------------------


def _boards(number=100):
    return make_devices(number, school=make_school(), model=make_model("Tafel 75", category="board"), on=DAY)


def test_proposal_is_taken_over_with_the_value_of_then(boss, by):
    _boards(99)
    initiative = make_initiative(by=by)
    asked = f"as_of={DAY}&wording=about"
    page = boss.get(f"/plan/projects/{initiative.pk}/proposals/?{asked}")
    (row, query) = next(one for one in page.context["rows"] if one[0].figure.key == "boards_in_service")
    assert row.text == "About 100 digital boards are in service."
    given = {name: value for name, (value,) in parse_qs(query).items()}

    _boards(50)  # recorded later: the value that was proposed stays
    address = f"/plan/projects/{initiative.pk}/entries/new/?{query}"
    form = boss.get(address).context["form"]
    assert (form.initial["text"], form.initial["state"]) == (row.text, "done")
    sent = {
        "text": row.text,
        "state": "done",
        "on": DAY.isoformat(),
        "precision": "day",
        "initiatives": [initiative.pk],
    }
    boss.post(address, {"version": form.version_now, **given, **sent})

    entry = ProgressEntry.objects.get()
    assert (entry.figure_key, entry.figure_value, entry.figure_text, entry.as_of) == (
        "boards_in_service",
        Decimal(99),
        "about 100",
        DAY,
    )
    assert entry.known_at.isoformat() == given["known_at"]
    renewal = links(boss.get(f"/plan/entries/{entry.pk}/"), "content")["Bring up to today"]
    assert parse_qs(urlparse(renewal).query)["as_of"] == [timezone.localdate().isoformat()]
    assert boss.get(renewal).context["proposal"].figure.value == Decimal(149)


def test_figures_without_a_value_are_not_proposed(boss, by):
    initiative = make_initiative(by=by)
    page = boss.get(f"/plan/projects/{initiative.pk}/proposals/?as_of={DAY}")
    keys = {one.figure.key for one, _query in [*page.context["rows"], *page.context["others"]]}
    assert "boards_in_service" not in keys
    answer = boss.get(f"/plan/projects/{initiative.pk}/entries/new/?figure=boards_in_service&as_of={DAY}")
    assert answer.context["proposal"] is None
    assert said(answer) == ["This figure has no value on that day. The entry is bound to none."]


@pytest.mark.parametrize("as_of", ["9999-12-31", "x", "0000-00-00", ""])
def test_other_days_are_refused_in_words(boss, by, as_of):
    answer = boss.get(f"/plan/projects/{make_initiative(by=by).pk}/proposals/", {"as_of": as_of})
    assert (answer.status_code, answer.context["rows"]) == (200, [])
    assert answer.context["form"].errors.keys() == {"as_of"}


def test_public_figures_are_chosen_and_money_only_by_name(boss, by):
    make_device(school=make_school())
    make_cost("100.00", trade="lan")
    page = boss.get("/plan/public/")
    rows = {row.key: row for row in page.context["rows"]}
    assert [rows[key].is_money for key in ("schools", "works_paid")] == [False, True]
    hidden = {"as_of": timezone.localdate().isoformat(), "wording": "exact"}

    boss.post("/plan/public/", hidden | {"figures": ["schools", "devices_in_service"]})

    assert list(PublicFigure.objects.values_list("figure_key", "figure_text")) == [
        ("schools", "1"),
        ("devices_in_service", "1"),
    ]
    boss.post("/plan/public/", hidden | {"figures": ["works_paid"]})
    assert [one.figure_value for one in PublicFigure.objects.all()] == [Decimal("100.00")]
    answer = boss.post("/plan/public/", hidden | {"figures": ["nonsense"]})
    assert (answer.status_code, PublicFigure.objects.count()) == (200, 1)
