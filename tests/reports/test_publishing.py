"""Reports to a committee: drafts, freezing, what changes afterwards, new editions."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from reports import guard
from reports.models import Publication
from reports.publishing import (
    change_publication,
    content_of,
    correct_publication,
    create_publication,
    delete_publication,
    publish,
)
from reports.publishing.texts import Block, blocks, passages, stored
from rollout.services import change_project
from schools.models import School
from tests.factories import DAY, make_devices, make_project
from tests.factories_works import make_milestone

pytestmark = pytest.mark.django_db
SESSION = date(2024, 6, 12)
AS_OF = date(2024, 5, 31)


def a_draft(by: Actor, **values: Any) -> Publication:
    given = {
        "title": "Digitale Schule: Sachstand",
        "committee": "Ausschuss für Wirtschaft und Digitalisierung",
        "session_on": SESSION,
        "as_of": AS_OF,
        "choices": ["devices_in_service:exact"],
    }
    return create_publication(by=by, **{**given, **values})


@pytest.fixture
def by(manager: User) -> Actor:
    return Actor(manager, Channel.PAGE)


def figure(publication: Publication, key: str = "devices_in_service", reader: Any = None) -> dict[str, Any]:
    content = content_of(publication, reader, today=timezone.localdate())
    return next(one for one in content.figures if one["key"] == key)


def test_text_is_paragraphs_and_lists() -> None:
    found = passages("Erste Zeile\nzweite\n\n- Punkt\n* Punkt zwei\nSchluss")
    assert found == [(False, ("Erste Zeile", "zweite")), (True, ("Punkt", "Punkt zwei")), (False, ("Schluss",))]


def test_blocks_come_back_as_they_were_stored() -> None:
    given = [Block("Lage", "Ein Satz.\n\n- eins"), Block("", "Ohne Überschrift"), Block("Nur Überschrift", "")]
    assert blocks(stored([*given, Block(" ", "\r\n")])) == given


def test_draft_follows_the_records(school: School, by: Actor) -> None:
    draft = a_draft(by)
    assert figure(draft)["said"] == "unbekannt"
    make_devices(3, school=school)
    assert (figure(draft)["value"], figure(draft)["said"]) == (3, "3 Geräte")


def test_late_booking_leaves_the_published_report_alone(school: School, by: Actor) -> None:
    make_devices(3, school=school)
    report = publish(a_draft(by), by=by)
    make_devices(2, school=school, on=DAY + timedelta(5))
    report = Publication.objects.get(pk=report.pk)
    assert figure(report)["value"] == 3
    assert figure(a_draft(by, session_on=SESSION - timedelta(1)))["value"] == 5


def test_published_report_keeps_who_when_and_what_was_known(school: School, by: Actor) -> None:
    make_devices(3, school=school)
    report = publish(a_draft(by), by=by)
    assert report.published_by == by.user
    assert report.published_at == report.known_at
    assert report.frozen is not None
    assert report.frozen["standard"]["name"]
    assert report.frozen["figures"][0]["definition"]


def test_changes_name_what_was_booked_late(school: School, by: Actor) -> None:
    make_devices(3, school=school)
    publish(a_draft(by), by=by)
    make_devices(2, school=school, on=DAY + timedelta(5))
    make_devices(4, school=school, on=AS_OF + timedelta(9))
    draft = a_draft(by, session_on=SESSION + timedelta(90), as_of=AS_OF + timedelta(60))
    changes = content_of(draft, None, today=timezone.localdate()).data["changes"]
    assert changes["before"] == AS_OF.isoformat()
    row = changes["figures"][0]
    assert (row["published"], row["then"], row["now"], row["difference"], row["is_corrected"]) == (
        3,
        5,
        9,
        4,
        True,
    )


def test_unknown_is_never_a_number(by: Actor) -> None:
    report = publish(a_draft(by, choices=["devices_in_service:exact", "pupils:exact"]), by=by)
    assert report.frozen is not None
    assert [(one["value"], one["said"]) for one in report.frozen["figures"]] == [(None, "unbekannt")] * 2


def test_wording_that_is_not_true_is_not_published(school: School, by: Actor) -> None:
    make_devices(3, school=school)
    draft = a_draft(by, choices=["devices_in_service:about"])
    assert figure(draft)["problem"]
    with pytest.raises(ValidationError) as refused:
        publish(draft, by=by)
    assert refused.value.error_list[0].code == "wording"
    draft.refresh_from_db()
    assert draft.frozen is None


def test_published_report_cannot_be_changed_or_deleted(school: School, by: Actor) -> None:
    report = publish(a_draft(by, blocks=["Lage\nGut."]), by=by)
    for attempt in (
        lambda: change_publication(report, by=by, title="Anders"),
        lambda: delete_publication(report, by=by),
        lambda: publish(report, by=by),
    ):
        with pytest.raises(ValidationError) as refused:
            attempt()
        assert refused.value.error_list[0].code == "published"


def test_database_refuses_to_change_a_published_report(school: School, by: Actor) -> None:
    report = publish(a_draft(by, blocks=["Lage\nGut."]), by=by)
    assert guard.missing() == []
    for attempt in (
        lambda: Publication.objects.filter(pk=report.pk).update(title="Anders"),
        lambda: Publication.objects.filter(pk=report.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            attempt()
    assert Publication.objects.get(pk=report.pk).title == report.title


def test_draft_can_be_changed_and_deleted(by: Actor) -> None:
    draft = change_publication(a_draft(by), by=by, title="Neuer Titel", blocks=["Lage\nGut."])
    assert Publication.objects.get(pk=draft.pk).title == "Neuer Titel"
    delete_publication(draft, by=by)
    assert not Publication.objects.exists()


def test_correction_is_a_new_edition(school: School, by: Actor) -> None:
    make_devices(3, school=school)
    first = publish(a_draft(by), by=by)
    make_devices(1, school=school)
    second = correct_publication(first, by=by, correction="Nachmeldung einer Schule")
    assert (second.edition, second.previous, second.is_published) == (2, first, False)
    with pytest.raises(ValidationError) as refused:
        correct_publication(first, by=by, correction="noch einmal")
    assert refused.value.code == "has_edition"
    publish(second, by=by)
    assert figure(Publication.objects.get(pk=first.pk))["value"] == 3
    assert figure(Publication.objects.get(pk=second.pk))["value"] == 4
    assert list(Publication.objects.published().newest()) == [second]


def test_correction_says_what_it_corrects(by: Actor) -> None:
    report = publish(a_draft(by, blocks=["Lage\nGut."]), by=by)
    with pytest.raises(ValidationError) as refused:
        correct_publication(report, by=by, correction=" ")
    assert set(refused.value.error_dict) == {"correction"}


def test_empty_report_is_not_published(by: Actor) -> None:
    with pytest.raises(ValidationError) as refused:
        publish(a_draft(by, choices=[]), by=by)
    assert refused.value.error_list[0].code == "empty"


def test_choices_are_those_of_the_report_before(by: Actor) -> None:
    publish(a_draft(by, choices=["pupils:exact"]), by=by)
    values: dict[str, Any] = {"title": "Zweiter", "committee": "Ausschuss", "as_of": AS_OF + timedelta(30)}
    draft = create_publication(by=by, session_on=SESSION + timedelta(30), **values)
    assert draft.choices == ["pupils:exact"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"choices": ["devices_in_service"]}, "choices"),
        ({"choices": ["pupils:exact", "pupils:round"]}, "choices"),
        ({"since": AS_OF + timedelta(1)}, "since"),
        ({"compare_with": AS_OF}, "compare_with"),
        ({"blocks": ["x" * 200 + "\n"]}, "blocks"),
        ({"completion": "weekly"}, "completion"),
    ],
)
def test_bad_input_is_said_at_its_field(by: Actor, values: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        a_draft(by, **values)
    assert set(refused.value.error_dict) == {field}


def test_day_in_the_future_is_a_forecast(by: Actor) -> None:
    draft = a_draft(by, as_of=timezone.localdate() + timedelta(30))
    assert content_of(draft, None, today=timezone.localdate()).is_forecast
    assert not content_of(a_draft(by), None, today=timezone.localdate()).is_forecast


def test_amounts_are_for_those_who_see_money(by: Actor, reader: User) -> None:
    report = publish(a_draft(by, choices=["devices_in_service:exact", "works_paid:exact"]), by=by)
    shown = content_of(report, reader, today=timezone.localdate())
    assert ([one["key"] for one in shown.figures], shown.left_out) == (["devices_in_service"], 1)
    whole = content_of(report, by.user, today=timezone.localdate())
    assert (len(whole.figures), whole.left_out) == (2, 0)


def test_works_tell_what_slipped(school: School, by: Actor) -> None:
    project = make_project(school)
    make_milestone(project, planned_on=AS_OF + timedelta(10))
    change_project(project, by=by, on=AS_OF - timedelta(3), status="under_construction")
    works = content_of(a_draft(by, compare_with=AS_OF - timedelta(20)), None, today=timezone.localdate()).data["works"]
    assert (works["sites_running"], works["begun"], works["projects"]) == (1, 1, 1)
    assert works["running"][0]["since"] == (AS_OF - timedelta(3)).isoformat()


def test_visible_to_by_right(by: Actor, reader: User, school_admin: User, outsider: User, it_staff: User) -> None:
    published, draft = publish(a_draft(by, blocks=["Lage\nGut."]), by=by), a_draft(by)
    seen = {
        user: set(Publication.objects.visible_to(user)) for user in (by.user, reader, it_staff, school_admin, outsider)
    }
    assert seen == {
        by.user: {published, draft},
        reader: {published},
        it_staff: {published},
        school_admin: set(),
        outsider: set(),
    }


def test_constraint_frozen_as_a_whole(by: Actor) -> None:
    draft = a_draft(by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.filter(pk=draft.pk).update(published_at=timezone.now())
