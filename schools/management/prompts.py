"""What commands ask the person at the terminal, and what they refuse before they ask."""

import getpass
from collections.abc import Callable

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from accounts.models import User

TRIES = 3


def ask_name() -> str:
    return _answer(input, _("User name: "))


def ask_password(person: User, tell: Callable[[str], object]) -> str:
    """A password for ``person``, typed twice and not too simple; ``tell`` hears what is wrong with others.

    Raises ``CommandError`` after three tries.
    """
    for _try in range(TRIES):
        password = _answer(getpass.getpass, _("Password: "))
        if password != _answer(getpass.getpass, _("Password (again): ")):
            problem = _("The two passwords are not the same.")
        elif not (problem := weakness(password, person)):
            return password
        tell(problem)
    raise CommandError(_("No password was set."))


def weakness(password: str, person: User) -> str:
    """Why the password does not do for ``person``; empty where it does."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def refuse_taken(person: User) -> None:
    """Raise ``CommandError`` where somebody has the name of ``person`` already."""
    if User.objects.filter(username=person.username).exists():
        raise CommandError(_("There is already a user “%(name)s”. Choose another name.") % {"name": person.username})


def _answer(ask: Callable[[str], str], prompt: str) -> str:
    try:
        return ask(prompt)
    except EOFError as error:
        raise CommandError(_("Nobody is there to answer.")) from error
