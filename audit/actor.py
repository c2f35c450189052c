"""Who acts, and through which door."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.enums import Channel

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Actor:
    """``user`` is ``None`` only for commands run on the server itself, and for sign-ins that failed.

    ``via``: what within the channel, such as the name of the token; no personal data.
    """

    user: "User | None"
    channel: str = Channel.PAGE
    via: str = ""
