"""What is kept out of the log. Neither bodies nor headers are ever logged; what is left are addresses."""

import logging
import re
from typing import Any

#: The part of an address that opens a door by itself: who has it needs nothing else.
_KEYS = re.compile(r"(/invitations/|/password/reset/)[^/\s]+")


class SecretPaths(logging.Filter):
    """Changes the arguments of a record instead of dropping it: that something was asked for is worth knowing."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_KEYS.sub(r"\1…", arg) if isinstance(arg, str) else arg for arg in record.args)
        return True


def to_error_stream(level: str) -> dict[str, Any]:
    """The setting ``LOGGING``: all from ``level`` on, without the keys of addresses."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
        "root": {"handlers": ["stderr"], "level": level},
        "filters": {"secret_paths": {"()": "config.logs.SecretPaths"}},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # A filter holds for what is logged under that very name.
            **{
                name: {"filters": ["secret_paths"]}
                for name in ("django.request", "django.server", "django.security.csrf")
            },
        },
    }
