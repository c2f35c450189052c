"""The command by which the first people get in."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from audit.models import Act
from schools.models import Membership, School

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _typed_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a person types at the prompt; there is no terminal here."""
    monkeypatch.setattr("getpass.getpass", lambda prompt: "ein-langes-passwort-7")


def test_user_gets_role_and_school(school: School, capsys: Any) -> None:
    call_command("create_user", "selma", "--role", "school_admin", "--school", school.number)
    user = User.objects.get(username="selma")
    assert user.check_password("ein-langes-passwort-7")
    assert list(Membership.objects.filter(user=user).values_list("role", "school")) == [("school_admin", school.pk)]
    act = Act.objects.get(verb="membership.grant", channel="command")
    assert [entry.kind for entry in act.entries.order_by("pk")] == ["accounts.user", "schools.membership"]
    assert "selma" not in str(list(act.entries.values("label", "changes")))


@pytest.mark.parametrize("arguments", [["--role", "school_admin"], ["--role", "school_admin", "--school", "999999"]])
def test_school_role_without_school_is_refused(arguments: list[str]) -> None:
    with pytest.raises(CommandError, match="--school"):
        call_command("create_user", "selma", *arguments)
    assert not User.objects.exists()


def test_taken_name_is_refused(it_staff: User) -> None:
    with pytest.raises(CommandError, match=it_staff.username):
        call_command("create_user", it_staff.username, "--role", "manager")
