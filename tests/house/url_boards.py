"""Addresses of boards in their rooms and of the steps of their installation: who gets what. Part of ``url_table``."""

from tests.house import rows
from tests.house.rows import but

#: A file about one school: who may take lists away, and sees that school.
_EXPORT = but(rows.OWN, school_reader=403, school_reporter=403)
#: Saved even without a reason.
_REMOVED = but(rows.OWN_CHANGE, **dict.fromkeys(rows.WORKERS, 302))

_FORMS = {
    "web:installation_step": ("board_step", rows.OWN_CHANGE),
    "web:installation_undo": ("board_undo", rows.OWN_CHANGE),
    "web:step_correct": ("installation_fact", rows.OWN_CHANGE),
    "web:step_withdraw": ("installation_fact", rows.OWN_CHANGE),
    "web:test_correct": ("electrical_test", rows.OWN_CHANGE),
    "web:test_withdraw": ("electrical_test", rows.OWN_CHANGE),
    "web:protocol_add": ("board", rows.OWN_CHANGE),
    "web:protocol_remove": ("protocol", rows.OWN_CHANGE),
}

GET = {
    "web:school_boards": ("school", rows.OWN),
    "web:school_boards_workbook": ("school", _EXPORT),
    "web:protocol": ("protocol", rows.OWN),
    **_FORMS,
}

#: What happens to somebody who posts an empty form.
POST = _FORMS | {"web:protocol_remove": ("protocol", _REMOVED)}
