"""Invitations: one link, one role, once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from audit.actor import Actor
from audit.models import Entry
from schools.enums import Role
from schools.invitations import (
    LASTS,
    accept_as,
    accept_as_new,
    invite,
    open_invitation,
    withdraw_invitation,
)
from schools.models import Invitation
from schools.roles import grant_role
from schools.tokens import token_digest
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "ein-langer-satz-2"


@pytest.fixture
def by():
    return Actor(make_user("adam.admin", role=Role.ADMINISTRATOR))


def _invited(by, role=Role.READER, **extra):
    return invite("Neu@Stadt.example", role, by=by, **extra)


def test_invitation_keeps_the_digest_and_tells_no_address(by, school):
    invitation, plain = _invited(by, Role.SCHOOL_ADMIN, school=school)

    assert Invitation.objects.get().digest == token_digest(plain)
    assert invitation.expires_at - invitation.created_at == LASTS
    entry = Entry.objects.get(act__verb="invitation.create")
    assert (entry.label, entry.school, entry.changes["role"]) == (f"#{invitation.pk}", school, [None, "school_admin"])
    assert "stadt" not in str([entry.changes, entry.act.subject]).casefold()
    assert entry.details.changes == {"email": [None, "Neu@Stadt.example"]}


def test_link_goes_by_mail_where_there_is_one(by, settings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        _invited(by, link="https://k.example/{}".format)
    assert mail.outbox == []

    settings.EMAIL_HOST = "mail.example"
    with django_capture_on_commit_callbacks(execute=True):
        _invitation, plain = _invited(by, link="https://k.example/{}".format)
    (sent,) = mail.outbox
    assert (sent.to, f"https://k.example/{plain}" in sent.body) == (["Neu@Stadt.example"], True)


def test_link_opens_until_used_withdrawn_or_over(by):
    now = timezone.now()
    invitation, plain = _invited(by)

    assert open_invitation(plain, now) == invitation
    assert open_invitation(plain + "x", now) is None
    assert open_invitation(plain, now + LASTS + timedelta(seconds=1)) is None
    withdraw_invitation(invitation, by=by)
    assert open_invitation(plain, now) is None


def test_new_person_gets_the_role(by, school):
    until = timezone.localdate() + timedelta(days=90)
    invitation, plain = _invited(by, Role.SCHOOL_ADMIN, school=school, until=until)

    person = accept_as_new(invitation, username=" neu ", password=PASSWORD, first_name="N", last_name="Eu")

    assert (person.username, person.email, person.check_password(PASSWORD)) == ("neu", "Neu@stadt.example", True)
    assert person.memberships.values_list("role", "school", "until").get() == ("school_admin", school.pk, until)
    assert open_invitation(plain, timezone.now()) is None
    kinds = Entry.objects.filter(act__verb="invitation.accept").order_by("kind").values_list("kind", "act__user")
    assert list(kinds) == [
        ("accounts.user", person.pk),
        ("schools.invitation", person.pk),
        ("schools.membership", person.pk),
    ]


@pytest.mark.parametrize(
    ("username", "password"), [("adam.admin", PASSWORD), ("", PASSWORD), ("neu", "kurz"), ("neu", "12345678")]
)
def test_new_person_is_refused(by, username, password):
    invitation, _plain = _invited(by)

    with pytest.raises(ValidationError):
        accept_as_new(invitation, username=username, password=password)

    assert (User.objects.count(), Invitation.objects.filter(accepted_by=None).count()) == (1, 1)


def test_link_works_once(by):
    invitation, _plain = _invited(by)
    accept_as_new(invitation, username="erste", password=PASSWORD)

    with pytest.raises(ValidationError) as caught:
        accept_as_new(invitation, username="zweite", password=PASSWORD)

    assert caught.value.code == "closed"


def test_account_of_that_address_takes_the_role(by):
    person = make_user("da", email="neu@stadt.EXAMPLE")
    invitation, _plain = _invited(by)
    with pytest.raises(ValidationError) as caught:
        accept_as_new(invitation, username="zweites", password=PASSWORD)
    assert caught.value.code == "has_account"

    accept_as(invitation, person)

    assert person.memberships.values_list("role", flat=True).get() == "reader"


@pytest.mark.parametrize("email", ["", "wer@anders.example"])
def test_account_of_another_address_does_not(by, email):
    invitation, _plain = _invited(by)

    with pytest.raises(ValidationError) as caught:
        accept_as(invitation, make_user("fremd", email=email))

    assert caught.value.code == "not_yours"


def test_role_held_already_leaves_the_invitation_open(by):
    person = make_user("da", email="neu@stadt.example")
    grant_role(person, Role.READER, by=by)
    invitation, plain = _invited(by)

    with pytest.raises(ValidationError):
        accept_as(invitation, person)

    assert open_invitation(plain, timezone.now()) == invitation


def test_invite_refuses(by, school):
    make_user("weg", email="weg@stadt.example", is_active=False)
    attempts = [
        ("kein-at", {"role": Role.READER}),
        ("a@b.example", {"role": Role.SCHOOL_READER}),
        ("a@b.example", {"role": Role.READER, "school": school}),
        ("a@b.example", {"role": "koenig"}),
        ("a@b.example", {"role": Role.READER, "until": timezone.localdate()}),
        ("WEG@stadt.example", {"role": Role.READER}),
    ]

    for email, options in attempts:
        with pytest.raises(ValidationError):
            invite(email, by=by, **options)

    assert Invitation.objects.count() == 0
