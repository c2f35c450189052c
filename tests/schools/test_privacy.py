"""What is stored about people: told in full, deleted for good, kept for a stated time."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from audit.actor import Actor
from audit.enums import Retention
from audit.models import Act, Entry, PersonalDetail
from audit.retention import PERIODS
from imports.models import ImportProfile
from schools.enums import Role
from schools.invitations import LASTS, accept_as, invite
from schools.models import ApiToken, Invitation
from schools.people import deactivate_person, rename_person
from schools.privacy import (
    NOT_TOLD,
    SETTLED,
    STAYS,
    data_about,
    erase_person,
    references,
    remove_old_invitations,
    remove_old_tokens,
)
from schools.retention import retention
from schools.tokens import create_token
from tests.factories import make_user

pytestmark = pytest.mark.django_db
#: Every foreign key to a person: ``own`` goes with them, ``deed`` stays. A new one fails until it stands here.
KNOWN = {
    "account.EmailAddress.user": "own",
    "admin.LogEntry.user": "deed",
    "api.AnsweredRequest.user": "own",
    "hooks.Webhook.user": "deed",
    "audit.Act.user": "deed",
    "imports.Finding.done_by": "deed",
    "imports.ImportBatch.created_by": "deed",
    "imports.ImportProfile.created_by": "deed",
    "reports.DefaultView.user": "own",
    "reports.CustomFigure.owner": "deed",
    "reports.Subscription.owner": "own",
    "reports.Publication.published_by": "deed",
    "reports.SavedView.owner": "own",
    "mfa.Authenticator.user": "own",
    "schools.ApiToken.user": "own",
    "inventory.Scan.user": "deed",
    "inventory.StocktakeItem.counted_by": "deed",
    "schools.Invitation.accepted_by": "deed",
    "schools.Invitation.created_by": "deed",
    "schools.Membership.user": "deed",
    "socialaccount.SocialAccount.user": "own",
    "usersessions.UserSession.user": "own",
}


@pytest.fixture
def by():
    return Actor(make_user("adam.admin", role=Role.ADMINISTRATOR))


@pytest.fixture
def person(by):
    """Somebody with something of everything."""
    person = make_user("petra.privat", role=Role.READER, first_name="Petra", last_name="Privat")
    person.email = "petra@privat.example"
    person.save()
    create_token(person, "Skript", by=Actor(person))
    accept_as(invite("petra@privat.example", Role.MANAGER, by=by)[0], person)
    ImportProfile.objects.create(
        name="P", kind="devices", fingerprint="0" * 64, created_by=person, created_at=timezone.now()
    )
    return person


def test_every_reference_to_a_person_is_known():
    assert {one.name: "own" if one.is_own else "deed" for one in references()} == KNOWN
    assert {*STAYS, *NOT_TOLD} <= set(KNOWN)


def test_export_tells_of_every_reference(person):
    data = data_about(person)

    assert {*data["own"], *data["deeds"]} == set(KNOWN) - set(NOT_TOLD)
    assert data["person"]["email"] == "petra@privat.example"
    assert [row["role"] for row in data["own"]["schools.Membership.user"]] == ["reader", "manager"]
    assert [row["name"] for row in data["own"]["schools.ApiToken.user"]] == ["Skript"]
    assert [row["verb"] for row in data["deeds"]["audit.Act.user"]] == ["token.create", "invitation.accept"]
    assert [row["name"] for row in data["deeds"]["imports.ImportProfile.created_by"]] == ["P"]


def test_export_tells_what_the_trail_keeps_apart(person, by):
    rename_person(person, first_name="Petra", last_name="Neu", by=by)

    assert [(one["verb"], one["changes"]) for one in data_about(person)["trail"]] == [
        ("person.rename", {"last_name": ["Privat", "Neu"]})
    ]


def test_export_shows_no_secret(person):
    secrets = [person.password, ApiToken.objects.get().digest, Invitation.objects.get().digest]

    text = json.dumps(data_about(person))

    assert [secret for secret in secrets if secret in text] == []


def test_export_needs_as_many_queries_however_much_there_is(person, django_assert_num_queries):
    with django_assert_num_queries(len(KNOWN) - len(NOT_TOLD) + 1):
        data_about(person)
    for name in "abc":
        create_token(person, name, by=Actor(person))
    with django_assert_num_queries(len(KNOWN) - len(NOT_TOLD) + 1):
        data_about(person)


def test_erased_person_is_nobody(person, by, client):
    client.force_login(person)

    erase_person(person, by=by, reason="Antrag")

    person.refresh_from_db()
    assert (person.username, person.first_name, person.last_name, person.email) == (f"deleted-{person.pk}", "", "", "")
    assert (person.is_active, person.has_usable_password(), str(person)) == (False, False, gettext("deleted person"))
    assert person.erased_at is not None
    assert (ApiToken.objects.count(), Invitation.objects.count()) == (0, 0)
    assert {row.until for row in person.memberships.all()} == {timezone.localdate()}
    assert client.get("/account/").status_code == 302


def test_erased_name_is_nowhere_in_the_trail_but_the_deeds_stay(person, by):
    rename_person(person, first_name="Petra", last_name="Privat-Neu", by=by)
    acts = Act.objects.filter(user=person).count()

    erase_person(person, by=by)

    trail = (
        Act.objects.values_list("subject", "reason", "via"),
        Entry.objects.values_list("label", "changes"),
        PersonalDetail.objects.values_list("changes"),
    )
    told = str([list(rows) for rows in trail])
    assert [word for word in ("petra", "privat") if word in told.casefold()] == []
    assert Act.objects.filter(user=person).count() == acts > 0
    assert ImportProfile.objects.get().created_by == person


def test_person_is_erased_once(person, by):
    deactivate_person(person, by=by)
    erase_person(person, by=by)

    with pytest.raises(ValidationError) as caught:
        erase_person(person, by=by)

    assert caught.value.code == "erased"


def test_old_invitations_and_tokens_go(person, by):
    now = timezone.now()
    invite("alt@privat.example", Role.READER, by=by)
    create_token(person, "Frist", by=by, expires_at=now + timedelta(days=1))
    before, after = now + SETTLED, now + LASTS + SETTLED + timedelta(days=1)

    assert (remove_old_invitations(by=by, now=before), remove_old_tokens(by=by, now=before)) == (0, 0)
    assert (remove_old_invitations(by=by, now=after), remove_old_tokens(by=by, now=after)) == (2, 1)
    assert ApiToken.objects.get().name == "Skript"


def test_every_class_of_data_has_a_period_and_a_reason(settings):
    assert [kept.key for kept in retention() if not (str(kept.how_long) and str(kept.reason))] == []
    settings.IMPORT_FILE_DAYS = 90
    assert "90" in str(next(kept for kept in retention() if kept.key == "import_file").how_long)


def test_deletion_concept_names_the_same_classes_and_periods():
    text = Path(settings.BASE_DIR, "docs", "privacy", "loeschkonzept.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|", text, re.MULTILINE))

    assert list(rows) == [kept.key for kept in retention()]
    days = {
        "invitation": [LASTS.days, SETTLED.days],
        "token": [SETTLED.days],
        "sign_in_details": [PERIODS[Retention.SIGN_IN].days],
        "trail_details": [PERIODS[Retention.ACCOUNT].days],
        "import_file": [settings.IMPORT_FILE_DAYS],
    }
    assert {key: [int(n) for n in re.findall(r"\d+", rows[key])] for key in days} == days
