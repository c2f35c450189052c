"""Who acts when somebody presses a button."""

from typing import cast

from django.http import HttpRequest

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel


def actor_of(request: HttpRequest) -> Actor:
    """The person signed in, by way of a page. Only for views behind ``login_required``."""
    return Actor(cast(User, request.user), Channel.PAGE)
