"""Versions of the equipment standard: what is in force stays as it is, what is to come can be changed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from audit.models import Act
from inventory.models import Category
from reports.models import Publication
from rollout.models import Requirement, Standard
from rollout.services import standards as services
from tests.web.pages import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(signed_in, manager):
    client = signed_in(manager)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def current(db):
    return Standard.objects.get()


@pytest.fixture
def to_come(current, by):
    day = timezone.localdate() + timedelta(30)
    return services.create_standard_version(current, by=by, valid_from=day, name="Standard 2")


def _shown(client, address):
    """All that the browser would send back unchanged."""
    form = client.get(address).context["form"]
    sent = {"version": form.version_now}
    for bound in form:
        value = bound.value()
        if value not in (None, "", False):
            sent[bound.name] = [getattr(one, "pk", one) for one in value] if isinstance(value, list) else value
    return sent


def test_detail_says_what_is_asked_for_and_of_whom(boss, current):
    page = text(boss.get(f"/standards/{current.pk}/"), "content")

    assert "one device per 3 pupils" in page
    assert "special needs school one device per 2 pupils" in page
    assert "at least 500 Mbit/s, and 30 Mbit/s per class" in page
    assert "50 % of “Presentation technology”" in page


def test_new_version_begins_with_the_lines_of_the_old(boss, manager, current):
    day = timezone.localdate() + timedelta(60)
    sent = _shown(boss, f"/standards/{current.pk}/copy/")

    answer = boss.post(f"/standards/{current.pk}/copy/", sent | {"name": "Standard 2", "valid_from": day.isoformat()})

    new = Standard.objects.get(name="Standard 2")
    assert (answer.status_code, answer["Location"], new.valid_from) == (302, f"/standards/{new.pk}/", day)
    assert new.requirements.count() == current.requirements.count()
    assert Act.objects.latest("pk").user == manager


def test_version_from_a_past_day_is_refused(boss, current):
    sent = _shown(boss, f"/standards/{current.pk}/copy/")

    answer = boss.post(f"/standards/{current.pk}/copy/", sent | {"valid_from": "2024-01-01"})

    assert list(answer.context["form"].errors) == ["valid_from"]
    assert Standard.objects.count() == 1


def test_line_to_come_is_changed(boss, to_come):
    line = to_come.requirements.get(key="pupil_devices", school_type="")
    address = f"/standards/requirements/{line.pk}/change/"

    answer = boss.post(address, _shown(boss, address) | {"per": "2", "reason": "Council"})

    assert answer.status_code == 302
    line.refresh_from_db()
    assert (line.per, Act.objects.latest("pk").reason) == (2, "Council")
    assert {category.key for category in line.categories.all()} == {"tablet", "convertible", "laptop"}


def test_line_in_force_offers_the_wording_only(boss, current):
    line = current.requirements.get(key="fibre")
    address = f"/standards/requirements/{line.pk}/change/"

    assert list(boss.get(address).context["form"].fields) == ["name", "name_en", "position", "reason"]
    boss.post(address, _shown(boss, address) | {"name": "Glasfaser", "trade": "lan"})

    line.refresh_from_db()
    assert (line.name, line.trade) == ("Glasfaser", "fibre")


def test_second_editor_of_a_line_sees_both_versions(boss, by, to_come):
    line = to_come.requirements.get(key="pupil_devices", school_type="")
    address = f"/standards/requirements/{line.pk}/change/"
    sent = _shown(boss, address) | {"per": "2"}
    services.change_requirement(line, by=by, per=4)

    answer = boss.post(address, sent)

    assert [tuple(one)[2:] for one in answer.context["form"].meanwhile.differences] == [("3", "4", "2")]
    line.refresh_from_db()
    assert line.per == 4


def test_line_is_added_and_withdrawn(boss, to_come):
    address = f"/standards/{to_come.pk}/requirements/new/"
    values = {"key": "printers", "name": "Drucker", "measure": "devices_flat", "quantity": "2", "level": "basis"}
    values["categories"] = str(Category.objects.get(key="tablet").pk)
    sent = _shown(boss, address) | values | {"is_applicable": "on", "weight": "1", "position": "99"}

    assert boss.post(address, sent).status_code == 302
    line = Requirement.objects.get(key="printers")
    assert (line.quantity, line.weight) == (2, Decimal(1))
    assert boss.post(f"/standards/requirements/{line.pk}/withdraw/", {"reason": "Mistake"}).status_code == 302
    assert Requirement.objects.filter(key="printers").count() == 0


def test_incomplete_line_is_refused_at_the_form(boss, to_come):
    address = f"/standards/{to_come.pk}/requirements/new/"
    sent = {"version": boss.get(address).context["form"].version_now, "key": "x", "name": "X", "measure": "share"}

    answer = boss.post(address, sent)

    assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)
    assert Requirement.objects.filter(key="x").count() == 0


def test_version_to_come_is_withdrawn_one_in_force_is_not(boss, current, to_come):
    assert boss.post(f"/standards/{to_come.pk}/withdraw/", {"reason": "Too early"}).status_code == 302
    answer = boss.post(f"/standards/{current.pk}/withdraw/", {"reason": "Never liked it"})

    assert "is in force" in answer.context["form"].non_field_errors()[0]
    assert list(Standard.objects.values_list("valid_from", flat=True)) == [date(2019, 1, 1)]


def test_it_staff_may_look_but_not_change(signed_in, it_staff, current):
    client = signed_in(it_staff)

    codes = [client.get(f"/standards/{path}").status_code for path in ("", f"{current.pk}/", f"{current.pk}/copy/")]
    assert codes == [200, 200, 403]


def _published(as_of: date) -> Publication:
    now = timezone.now()
    return Publication.objects.create(
        title="Bericht", committee="Ausschuss", session_on=as_of, as_of=as_of, published_at=now, known_at=now, frozen={}
    )


def test_version_from_a_past_day_warns_of_published_reports(boss, to_come):
    _published(date(2024, 6, 30))
    address = f"/standards/{to_come.pk}/change/"
    sent = _shown(boss, address) | {"valid_from": "2024-01-01"}

    asked = boss.post(address, sent)

    (warning,) = asked.context["form"].warnings
    assert warning.startswith("For days since then 1 report was published. It stays as it is;")
    to_come.refresh_from_db()
    assert to_come.valid_from > timezone.localdate()
    assert boss.post(address, sent | {"warned": [warning]}).status_code == 302
    to_come.refresh_from_db()
    assert to_come.valid_from == date(2024, 1, 1)


def test_version_from_a_day_after_all_reports_needs_no_warning(boss, to_come):
    _published(date(2024, 6, 30))
    address = f"/standards/{to_come.pk}/change/"

    assert boss.post(address, _shown(boss, address) | {"valid_from": "2024-07-01"}).status_code == 302


def test_form_shows_the_fields_of_the_chosen_measure(boss, to_come):
    address = f"/standards/{to_come.pk}/requirements/new/"
    first = boss.get(address).context["form"]
    other = boss.post(address, {"refresh": "1", "measure": "minimum", "name": "Neu", "key": "x"}).context["form"]

    assert {"head", "per", "categories"} <= set(first.fields)
    assert {"amount", "amount_per_class", "unit"} <= set(other.fields)
    assert {"head", "per", "categories"} & set(other.fields) == set()
    assert (other["name"].value(), other["measure"].value(), other.errors) == ("Neu", "minimum", {})
    assert Requirement.objects.filter(key="x").count() == 0


def test_share_is_of_one_of_the_other_requirements(boss, to_come):
    line = to_come.requirements.filter(key="boards", school_type="").get()
    offered = boss.get(f"/standards/requirements/{line.pk}/change/").context["form"].fields["of_key"].choices

    assert ("presentation", "Presentation technology") in offered
    assert "boards" not in dict(offered)
