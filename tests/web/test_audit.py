"""Pages of the audit trail: who sees which acts and entries, filters, pages, the workbook."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel, Retention
from audit.models import Act, Entry, PersonalDetail
from audit.retention import delete_expired_details, forget_personal
from audit.services import Record, log_records, open_act
from inventory.services import change_device, update_details
from reports.verification import verify
from rollout.services.attainments import attain
from schools.enums import Role
from schools.models import School
from schools.sign_ins import record_sign_in
from tests.factories import DAY, make_device, make_project, make_school, make_user

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
LATER = DAY + timedelta(days=30)


@pytest.fixture
def auditor(db: None) -> User:
    return make_user("paula.prueft", role=Role.AUDITOR)


def acts_on(client: Client, query: str = "") -> list[Act]:
    return [line.act for line in client.get(f"/audit/{query}").context["lines"]]


def many_acts(number: int, school: School) -> list[Act]:
    acts = []
    for n in range(number):
        with transaction.atomic():
            act = open_act(Actor(None, Channel.COMMAND, "manage.py x"), "test", subject=f"Nr. {n}")
            log_records(act, School, [Record(school.pk, str(school), school.pk, {"name": [str(n), str(n + 1)]})])
        acts.append(act)
    return acts


def test_trail_tells_who_what_when_where_and_why(signed_in, auditor, it_staff, school):
    device = make_device(school=school)
    change_device(device, by=Actor(it_staff, Channel.API, "Skript"), on=LATER, status="in_repair")
    act = Act.objects.latest("pk")
    client = signed_in(auditor)
    page = client.get("/audit/").content.decode()
    assert f'href="/audit/{act.pk}/"' in page
    assert "ina.it" in page
    assert "API: Skript" in page
    told = client.get(f"/audit/{act.pk}/").context["told"]
    assert [(one.entry.label, one.kind, one.url) for one in told] == [(str(device), "Gerät", f"/devices/{device.pk}/")]
    assert [tuple(change[:3]) for change in told[0].changes] == [
        ("Status", "im Einsatz", "in Reparatur"), ("von", "", "31.03.2024"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("channel", "via", "place"),
    [
        (Channel.PAGE, "password + totp", "page: password + authenticator app"),
        (Channel.PAGE, "locked", "page: locked after too many attempts"),
        (Channel.PAGE, "LDAP", "page: LDAP"),
        (Channel.API, "password", "API: password"),
    ],
)
def test_ways_to_sign_in_are_told_in_words_and_names_of_tokens_as_they_are(signed_in, auditor, channel, via, place):
    act = record_sign_in(auditor, "sign_in", by=Actor(auditor, channel, via))
    assert signed_in(auditor).get(f"/audit/{act.pk}/", headers=ENGLISH).context["place"] == place


def test_second_factors_are_told_in_words(signed_in, auditor):
    act = record_sign_in(auditor, "mfa.reset", by=Actor(auditor), second_factor=["totp, webauthn", None])
    (told,) = signed_in(auditor).get(f"/audit/{act.pk}/", headers=ENGLISH).context["told"]
    assert [tuple(change[:3]) for change in told.changes] == [("second factor", "authenticator app, passkey", "")]


def test_requirements_are_told_by_their_name(signed_in, auditor, it_staff, school):
    attain(school, "bandwidth", by=Actor(it_staff), on=DAY, value=Decimal(50))
    act = Act.objects.latest("pk")
    for language, name in (("de", "Bandbreite"), ("en", "Bandwidth")):
        (told,) = signed_in(auditor).get(f"/audit/{act.pk}/", headers={"accept-language": language}).context["told"]
        assert [tuple(change[:3]) for change in told.changes] == [(name, "", "50")]


def test_school_sees_what_names_it_and_nothing_else(signed_in, school_admin, school, other_school):
    own, others = many_acts(1, school)[0], many_acts(1, other_school)[0]
    with transaction.atomic():
        both = open_act(Actor(None, Channel.COMMAND), "test")
        records = [Record(s.pk, str(s), s.pk, {"name": ["a", "b"]}) for s in (school, other_school)]
        log_records(both, School, records)
    client = signed_in(school_admin)
    seen = acts_on(client)
    assert both in seen
    assert own in seen
    assert others not in seen
    assert client.get(f"/audit/{others.pk}/").status_code == 404
    assert [one.entry.school for one in client.get(f"/audit/{both.pk}/").context["told"]] == [school]
    assert other_school.name not in client.get("/audit/").content.decode()


def test_school_reads_what_was_recorded_and_not_by_whom_or_why(signed_in, school_admin, it_staff, school):
    device = make_device(school=school)
    by = Actor(it_staff, Channel.API, "Skript")
    change_device(device, by=by, on=LATER, status="in_repair", reason="Defekt in der Kastanienschule")
    act = Act.objects.latest("pk")
    client = signed_in(school_admin)
    for page in (client.get("/audit/"), client.get(f"/audit/{act.pk}/")):
        assert "in Reparatur" in page.content.decode() or act in [line.act for line in page.context["lines"]]
        assert "ina.it" not in page.content.decode()
        assert "Skript" not in page.content.decode()
        assert "Kastanienschule" not in page.content.decode()
    assert acts_on(client, "?q=kastanie") == []
    assert "Kastanienschule" not in str(workbook_of(client.get("/audit/export/")))
    page = signed_in(it_staff).get(f"/audit/{act.pk}/")
    assert "Defekt in der Kastanienschule" in page.content.decode()
    assert acts_on(client, "?q=kastanie") == [act]


@pytest.mark.parametrize("page", ["device", "project", "school"])
def test_pages_of_records_lead_to_their_changes(signed_in, it_staff, school, page):
    device, project = make_device(school=school), make_project(school)
    url, query = {
        "device": (f"/devices/{device.pk}/", f"kind=inventory.device&amp;record={device.pk}"),
        "project": (f"/projects/{project.pk}/", f"kind=rollout.constructionproject&amp;record={project.pk}"),
        "school": (f"/schools/{school.number}/", f"school={school.number}"),
    }[page]
    client = signed_in(it_staff)
    assert f'/audit/?{query}"' in client.get(url).content.decode()
    assert len(acts_on(client, f"?{query.replace('&amp;', '&')}")) > 0


def test_school_finds_no_act_by_a_subject_that_it_does_not_read(signed_in, school_admin, it_staff, school):
    many_acts(1, school)
    assert acts_on(signed_in(school_admin), "?q=Nr. 0") == []
    assert "Nr. 0" not in signed_in(school_admin).get("/audit/").content.decode()
    assert len(acts_on(signed_in(it_staff), "?q=Nr. 0")) == 1


def test_rights_and_accounts_are_for_those_who_audit(signed_in, auditor, it_staff, reader):
    with transaction.atomic():
        act = open_act(Actor(None, Channel.COMMAND), "person.rename")
        log_records(act, User, [Record(it_staff.pk, "#1", None, {"is_active": [True, False]})])
    assert act in acts_on(signed_in(auditor))
    assert act not in acts_on(signed_in(reader))
    assert signed_in(reader).get(f"/audit/{act.pk}/").status_code == 404


def test_prices_are_hidden_without_the_right_for_money(signed_in, reader, it_staff, school):
    device = make_device(school=school)
    with transaction.atomic():
        act = open_act(Actor(it_staff), "device.edit")
        update_details({device.pk: {"price": "417.83", "note": "neu"}}, act)
    assert "417.83" in signed_in(it_staff).get(f"/audit/{act.pk}/").content.decode()
    assert "417.83" not in signed_in(reader).get(f"/audit/{act.pk}/").content.decode()
    cells = workbook_of(signed_in(reader).get("/audit/export/"))
    assert not [cell for row in cells for cell in row if "417.83" in str(cell).replace(",", ".")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?verb=device.change", 1),
        ("?channel=api", 1),
        ("?channel=page", 0),
        ("?q=SERIAL", 2),
        ("?kind=inventory.device", 2),
        ("?kind=inventory.device&record=999999", 0),
        ("?school=100100&kind=inventory.device", 2),
        ("?school=100200", 0),
        ("?since=2999-01-01", 0),
        ("?until=2999-01-01&q=SERIAL", 2),
        ("?kind=niemals", 0),
        ("?since=gestern", 0),
    ],
)
def test_filters(signed_in, auditor, it_staff, school, query, found):
    device = make_device(school=school)
    change_device(device, by=Actor(it_staff, Channel.API), on=LATER, status="in_repair")
    assert len(acts_on(signed_in(auditor), query.replace("SERIAL", str(device)))) == found


def test_chip_of_a_verb_says_it_in_words(signed_in, auditor):
    chips = signed_in(auditor).get("/audit/?verb=sign_in.failed", headers=ENGLISH).context["chips"]
    assert [(chip.label, chip.value) for chip in chips] == [("What was done", "Sign-in failed")]


def test_filter_by_person(signed_in, auditor, it_staff, manager, school):
    device = make_device(school=school)
    change_device(device, by=Actor(it_staff), on=LATER, status="in_repair")
    client = signed_in(auditor)
    assert len(acts_on(client, f"?user={it_staff.pk}")) == 1
    assert acts_on(client, f"?user={manager.pk}") == []


def test_pages_go_from_act_to_act_while_new_ones_come(signed_in, auditor, school):
    acts = many_acts(120, school)[::-1]
    client = signed_in(auditor)
    first = client.get("/audit/")
    assert [line.act for line in first.context["lines"]] == acts[:50]
    many_acts(3, school)
    second = client.get(f"/audit/?before={first.context['older']}")
    assert [line.act for line in second.context["lines"]] == acts[50:100]
    back = client.get(f"/audit/?after={second.context['newer']}")
    assert [line.act for line in back.context["lines"]] == acts[:50]


@pytest.mark.parametrize("query", ["?before=x", "?before=-1", "?after=99999999999999999999", "?before=0"])
def test_odd_places_do_no_harm(signed_in, auditor, school, query):
    many_acts(1, school)
    assert signed_in(auditor).get(f"/audit/{query}").status_code == 200


@pytest.mark.parametrize("who", ["auditor", "school_admin"])
def test_query_count_does_not_depend_on_the_acts(request, signed_in, school, who):
    client = signed_in(request.getfixturevalue(who))
    numbers = []
    for number in (1, 3):
        many_acts(number, school)
        with CaptureQueriesContext(connection) as queries:
            client.get("/audit/")
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_act_of_thousands_is_shown_page_by_page(signed_in, auditor, school):
    with transaction.atomic():
        act = open_act(Actor(None, Channel.COMMAND), "test")
        log_records(act, School, [Record(n, f"x{n}", school.pk, {"name": [None, "y"]}) for n in range(1, 5001)])
    client = signed_in(auditor)
    assert client.get("/audit/").context["lines"][0].number == 5000
    assert len(client.get(f"/audit/{act.pk}/").context["told"]) == 50


def workbook_of(response) -> list[tuple[object, ...]]:
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    return list(sheet.iter_rows(values_only=True))


def test_export_has_a_row_per_change(signed_in, auditor, school):
    (act,) = many_acts(1, school)
    query = f"?verb=test&kind=schools.school&school={school.number}"
    rows = workbook_of(signed_in(auditor).get(f"/audit/export/{query}", headers=ENGLISH))
    assert rows[0] == (
        "When", "Who", "From where", "What", "Subject", "Reason",
        "Kind", "Data record", "School", "Field", "old", "new", "Act",
    )  # fmt: skip
    assert [row[2:5] + row[6:] for row in rows[1:] if row[-1] == act.pk] == [
        ("command: manage.py x", "test", "Nr. 0", "school", str(school), str(school), "name", "0", "1", act.pk)
    ]


def test_export_that_is_too_long_says_so(signed_in, auditor, school, monkeypatch):
    many_acts(3, school)
    monkeypatch.setattr("reports.trail.MOST", 2)
    response = signed_in(auditor).get("/audit/export/?verb=test", follow=True, headers=ENGLISH)
    assert response.redirect_chain == [("/audit/?verb=test", 302)]
    assert "takes up to 50,000 entries" in response.content.decode()


def personal_act(user: User, address: str, *, retention: Retention = Retention.SIGN_IN) -> Entry:
    with transaction.atomic():
        act = open_act(Actor(user), "sign_in")
        log_records(
            act,
            User,
            [Record(user.pk, f"#{user.pk}", None, {"factor": [None, "totp"]})],
            personal={user.pk: {"address": [None, address]}},
            retention=retention,
        )
    return Entry.objects.get(act=act)


def test_personal_values_stand_apart(signed_in, auditor, it_staff):
    entry = personal_act(it_staff, "192.0.2.7")
    assert entry.changes["factor"] == [None, "totp"]
    assert entry.changes["address"][0] is None
    assert entry.changes["address"][1].startswith("personal:")
    assert "192.0.2.7" not in str(entry.changes)
    assert entry.details.changes == {"address": [None, "192.0.2.7"]}
    assert "192.0.2.7" in signed_in(auditor).get(f"/audit/{entry.act_id}/").content.decode()


def test_equal_values_have_other_digests(it_staff):
    first, second = personal_act(it_staff, "192.0.2.7"), personal_act(it_staff, "192.0.2.7")
    assert first.changes["address"] != second.changes["address"]


def test_forgotten_details_leave_the_chain_whole(signed_in, auditor, it_staff, manager, capsys):
    entry, others = personal_act(it_staff, "192.0.2.7"), personal_act(manager, "192.0.2.8")
    assert forget_personal(it_staff, by=Actor(manager)) == 1
    assert list(PersonalDetail.objects.values_list("entry", flat=True)) == [others.pk]
    assert Act.objects.latest("pk").verb == "details.forget"
    page = signed_in(auditor).get(f"/audit/{entry.act_id}/", headers=ENGLISH).content.decode()
    assert "192.0.2.7" not in page
    assert "personal data, kept apart or deleted" in page
    call_command("verify")


def test_details_go_after_their_period(it_staff):
    personal_act(it_staff, "192.0.2.7")
    personal_act(it_staff, "a@example.org", retention=Retention.ACCOUNT)
    by, now = Actor(None, Channel.COMMAND, "run_jobs"), timezone.now()
    assert delete_expired_details(by=by, now=now + timedelta(days=89)) == 0
    assert delete_expired_details(by=by, now=now + timedelta(days=91)) == 1
    assert [detail.retention for detail in PersonalDetail.objects.all()] == ["account"]
    assert delete_expired_details(by=by, now=now + timedelta(days=1096)) == 1
    assert Act.objects.filter(verb="details.expire").count() == 2


def test_altered_detail_is_found(it_staff):
    personal_act(it_staff, "192.0.2.7")
    PersonalDetail.objects.update(changes={"address": [None, "192.0.2.8"]})
    assert [one.check.key for one in verify()] == ["audit_details"]


def test_stranger_sees_nothing(signed_in, outsider, school):
    assert signed_in(outsider).get("/audit/").status_code == 403
    assert signed_in(outsider).get(f"/audit/{many_acts(1, make_school())[0].pk}/").status_code == 404
