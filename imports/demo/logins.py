"""Who may sign in to the demo city. The passwords are no secret: the installation holds invented data only."""

import json
import os
import secrets
from pathlib import Path
from typing import NamedTuple

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from schools.enums import Role
from schools.models import School
from schools.people import create_person, create_superuser


class Login(NamedTuple):
    """``role``: what the list of demo logins calls it."""

    role: str
    user: str
    password: str
    name: str


BY = Actor(None, Channel.COMMAND, "demo")
IT_STAFF = Login("IT staff", "ina.it", "demo-ina", "Ina (IT-Abteilung)")
SCHOOL_ADMIN = Login("Admin of one school", "selma.schule", "demo-selma", "Selma (Schule)")
MANAGER = Login("Manager", "mara.leitung", "demo-mara", "Mara (Leitung)")


class Staff(NamedTuple):
    """Who takes the workbooks in: ``manager`` what is about money and the standard."""

    it: User
    manager: User


def create_staff() -> Staff:
    """First of all: the workbooks are taken in by somebody."""
    return Staff(_create(IT_STAFF, Role.IT_STAFF), _create(MANAGER, Role.MANAGER))


def create_others(school: School) -> list[Login]:
    """The rest of the cast, and an administrator with a password of this installation's own."""
    _create(SCHOOL_ADMIN, Role.SCHOOL_ADMIN, school)
    admin = Login("Administrator", "admin", secrets.token_urlsafe(9), "Administration")
    create_superuser(_person(admin), password=admin.password, by=BY)
    return [IT_STAFF, SCHOOL_ADMIN._replace(name=f"{SCHOOL_ADMIN.name}: {school.name}"), MANAGER, admin]


def write_logins(logins: list[Login], path: Path) -> None:
    """Readable by the owner of the installation only."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump([login._asdict() for login in logins], file, ensure_ascii=False, indent=1)


def _create(login: Login, role: str, school: School | None = None) -> User:
    return create_person(_person(login), role, password=login.password, by=BY, school=school)


def _person(login: Login) -> User:
    return User(username=login.user, first_name=login.name)
