"""Issuing and revoking tokens leaves a trace, and never the token itself."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.models import Act, Entry
from schools.models import ApiToken
from schools.tokens import create_token, revoke_token, token_digest


def test_create_token_keeps_the_digest_only(it_staff, by):
    token, plain = create_token(it_staff, " Skript ", by=by)

    assert len(plain) >= 40
    assert ApiToken.objects.filter(digest=token_digest(plain), name="Skript", user=it_staff).exists()
    assert list(Act.objects.values_list("verb", "subject")) == [("token.create", "Skript")]
    assert list(Entry.objects.values_list("kind", "object_id", "changes")) == [
        (
            "schools.apitoken",
            token.pk,
            {
                "user": [None, it_staff.pk],
                "name": [None, "Skript"],
                "scope": [None, "write"],
                "school": [None, None],
                "expires_at": [None, None],
            },
        )
    ]


def test_create_token_refuses(it_staff, outsider, by):
    outsider.is_active = False
    past = timezone.now() - timedelta(seconds=1)
    attempts = [(it_staff, "", None), (it_staff, "x" * 101, None), (outsider, "a", None), (it_staff, "a", past)]

    for user, name, expires_at in attempts:
        with pytest.raises(ValidationError):
            create_token(user, name, by=by, expires_at=expires_at)

    assert (ApiToken.objects.count(), Act.objects.count()) == (0, 0)


def test_revoke_token_is_remembered(it_staff, by):
    token, _plain = create_token(it_staff, "Skript", by=by)

    revoke_token(token, by=by)

    assert ApiToken.objects.count() == 0
    assert Entry.objects.filter(act__verb="token.revoke").get().changes == {
        "user": [it_staff.pk, None],
        "name": ["Skript", None],
    }


def test_command_prints_a_token(it_staff, capsys):
    call_command("create_token", "ina.it", "Skript", "--expires", "2099-01-01")

    assert ApiToken.objects.get().digest == token_digest(capsys.readouterr().out.strip())
    assert Act.objects.get().channel == "command"


@pytest.mark.parametrize("arguments", [("nobody", "x"), ("ina.it", ""), ("ina.it", "x", "--expires", "2001-01-01")])
def test_command_refuses(arguments, it_staff):
    with pytest.raises(CommandError):
        call_command("create_token", *arguments)
