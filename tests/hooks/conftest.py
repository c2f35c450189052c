from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest

from audit.actor import Actor
from hooks.services import create_webhook
from schools.enums import Role
from tests.factories import make_user
from tests.hooks.receiver import Receiver, listening


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """On this machine, in a network that the setting allows."""
    settings.WEBHOOK_PRIVATE_TARGETS = [ip_network("127.0.0.0/8")]
    with listening() as one:
        yield one


@pytest.fixture
def admin(db: None) -> Any:
    return make_user("adam.admin", role=Role.ADMINISTRATOR)


@pytest.fixture
def make_hook(admin: Any, receiver: Receiver) -> Any:
    """``make_hook(user)``: a webhook of that user to the receiver, with ``plain``, its secret."""

    def make(user: Any, **options: Any) -> Any:
        values = {"name": user.username, "url": receiver.url} | options
        hook, plain = create_webhook(user, **values, by=Actor(admin))
        hook.plain = plain
        return hook

    return make
