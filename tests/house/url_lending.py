"""Addresses of hand-outs and returns: who gets what. Part of ``url_table``."""

from tests.house import rows
from tests.house.rows import but

_DONE = but(rows.OWN_CHANGE, **dict.fromkeys(rows.WORKERS, 302))

GET = {
    "web:device_hand_out": ("", rows.BOOK),
    "web:return_list": ("", but(rows.SIGNED_IN, outsider=403, ended=403)),
    "web:return_create": ("", rows.BOOK),
    "web:return_detail": ("return", rows.OWN),
    "web:return_close": ("return", rows.OWN_CHANGE),
}

#: What happens to somebody who posts an empty form.
POST = {
    "web:device_hand_out": ("", rows.BOOK),
    "web:return_create": ("", rows.BOOK),
    "web:return_detail": ("return", _DONE),
    "web:return_close": ("return", _DONE),
}
