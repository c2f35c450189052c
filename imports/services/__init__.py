"""A workbook on its way in: upload → preview → decide → take, or discard.

The command and the page call the same functions.
"""

from imports.services.correcting import correct_cells, replace_file
from imports.services.previewing import decide, plan_workbook, preview_batch
from imports.services.profiles import change_profile, delete_profile, save_profile
from imports.services.releasing import release_batch, release_interrupted
from imports.services.retention import forget_old_files
from imports.services.state import fail_batch
from imports.services.taking import begin_taking, take_batch, take_planned
from imports.services.upload import cancel_batch, discard_batch, upload_batch

__all__ = [
    "begin_taking",
    "cancel_batch",
    "change_profile",
    "correct_cells",
    "decide",
    "delete_profile",
    "discard_batch",
    "fail_batch",
    "forget_old_files",
    "plan_workbook",
    "preview_batch",
    "release_batch",
    "release_interrupted",
    "replace_file",
    "save_profile",
    "take_batch",
    "take_planned",
    "upload_batch",
]
