"""``manage.py demo`` in an empty installation, and in one that is not."""

import json
import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from audit.models import Entry
from imports.demo.city import CitySize
from imports.demo.logins import IT_STAFF
from schools.enums import Role, SchoolType
from schools.models import School

pytestmark = pytest.mark.django_db
TINY = CitySize({SchoolType.PRIMARY: 2, SchoolType.COMPREHENSIVE: 1}, share=0.02)


def test_command_makes_the_city_and_its_logins_once(settings, tmp_path: Path, capsys, client) -> None:
    settings.DATA_DIR = tmp_path
    call_command("demo", size=TINY)
    path = tmp_path / "demo-logins.json"
    logins = json.loads(path.read_text(encoding="utf-8"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [login["user"] for login in logins] == ["ina.it", "selma.schule", "mara.leitung", "admin"]
    assert all(client.login(username=login["user"], password=login["password"]) for login in logins)
    roles = User.objects.values_list("username", "memberships__role", "is_superuser")
    assert set(roles) == {
        ("ina.it", Role.IT_STAFF, False),
        ("selma.schule", Role.SCHOOL_ADMIN, False),
        ("mara.leitung", Role.MANAGER, False),
        ("admin", None, True),
    }
    told = Entry.objects.filter(kind="accounts.user").order_by("pk").values_list("act__verb", "act__channel", "changes")
    assert [(verb, channel, changes["is_active"]) for verb, channel, changes in told] == [
        *[("membership.grant", "command", [None, True])] * 3,
        ("person.create", "command", [None, True]),
    ]
    assert "Geräteliste.xlsx" in capsys.readouterr().out
    with pytest.raises(CommandError) as refused:
        call_command("demo", size=TINY)
    assert (refused.value.returncode, "schools already" in str(refused.value)) == (1, True)


def test_command_leaves_existing_users_alone() -> None:
    User.objects.create_user(IT_STAFF.user)
    with pytest.raises(CommandError):
        call_command("demo", size=TINY)
    assert not School.objects.exists()
