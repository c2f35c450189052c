"""Addresses of the end of devices. Part of ``url_table``."""

from tests.house import rows
from tests.house.rows import but

_WORK = but(rows.ORDER_CHANGE)
_POST = but(_WORK, **dict.fromkeys(rows.WORKERS, (200, 422)))
_NOT_UNDOABLE = but(rows.OWN_CHANGE, **dict.fromkeys(rows.WORKERS, 404))
_DONE = but(_WORK, **dict.fromkeys(rows.WORKERS, 302))

GET = {
    "web:device_select": ("", rows.BOOK),
    # the world made its devices by an act of the tests, which nobody can take back
    "web:act_undo": ("act", _NOT_UNDOABLE),
    "web:retirement_list": ("", rows.MONEY),
    "web:retirement_record": ("retirement_step", rows.BOOK),
    "web:retirement_detail": ("retirement", rows.MONEY_RECORD),
    "web:retirement_workbook": ("retirement", rows.MONEY_RECORD),
    "web:retirement_withdraw": ("retirement_item", _WORK),
    # the world wrote it without the service, so there is nothing to take back
    "web:retirement_undo": ("retirement", but(_WORK, **dict.fromkeys(rows.WORKERS, 404))),
    "web:retirement_file_attach": ("retirement", _WORK),
    "web:retirement_file": ("retirement_file", rows.MONEY_RECORD),
    "web:retirement_file_remove": ("retirement_file", _WORK),
}

#: What happens to somebody who posts an empty form.
POST = {
    "web:device_select": ("", rows.POST_BOOK),
    "web:act_undo": ("act", _NOT_UNDOABLE),
    "web:retirement_record": ("retirement_step", rows.POST_BOOK),
    # without a reason
    "web:retirement_withdraw": ("retirement_item", _POST),
    "web:retirement_undo": ("retirement", but(_WORK, **dict.fromkeys(rows.WORKERS, 404))),
    "web:retirement_file_attach": ("retirement", _POST),
    "web:retirement_file_remove": ("retirement_file", _DONE),
}
