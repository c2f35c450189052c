"""What is kept out of the log. Neither bodies nor headers are ever logged; what is left are addresses."""

import logging
import re

#: The part of an address that opens a door by itself: who has it needs nothing else.
_KEYS = re.compile(r"(/invitations/|/password/reset/)[^/\s]+")


class SecretPaths(logging.Filter):
    """Changes the arguments of a record instead of dropping it: that something was asked for is worth knowing."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_KEYS.sub(r"\1…", arg) if isinstance(arg, str) else arg for arg in record.args)
        return True
