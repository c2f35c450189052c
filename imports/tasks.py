"""Reading and taking workbooks in the worker, so that no page waits for a long file."""

import gc
from collections.abc import Callable

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from audit.actor import Actor
from audit.enums import Channel
from imports.enums import BatchStatus
from imports.models import ImportBatch
from imports.progress import Cancelled
from imports.services import preview_batch, release_batch, take_batch
from imports.undo import undo_batch


@task()
def preview_import(batch: int, language: str) -> None:
    _carefully(batch, BatchStatus.UPLOADED, language, preview_batch)


@task()
def take_import(batch: int, user: int, language: str, via: str = "") -> None:
    """Take a batch that ``begin_taking`` has marked, in the name of ``user``; ``via`` as of an ``Actor``."""
    by = Actor(get_user_model().objects.get(pk=user), Channel.IMPORT, via)
    _carefully(batch, BatchStatus.TAKING, language, lambda found: take_batch(found, by=by))


@task()
def undo_import(batch: int, user: int, language: str, channel: str = Channel.PAGE, via: str = "") -> None:
    """Take back a batch that ``begin_undo`` has marked, in the name of ``user``; the rest as of an ``Actor``."""
    by = Actor(get_user_model().objects.get(pk=user), channel, via)
    _carefully(batch, BatchStatus.UNDOING, language, lambda found: undo_batch(found, by=by))


def _carefully(pk: int, state: BatchStatus, language: str, act: Callable[[ImportBatch], object]) -> None:
    """Whatever goes wrong, the batch says so and does not stay "being taken" for ever.

    A batch that is not in ``state`` any more was stopped while the task waited: it is left alone, even where
    something else was chosen for it since.
    """
    batch = ImportBatch.objects.get(pk=pk)
    if batch.status != state or batch.is_cancelled:
        return
    with translation.override(language):
        try:
            act(batch)
        except Cancelled:
            return  # whoever stopped it has said so
        except ValidationError as error:
            release_batch(batch, " ".join(error.messages))
        except Exception:
            release_batch(batch, _("Something unexpected happened; nothing was written. It is in the server's log."))
            raise
        finally:
            gc.collect()  # table and plan refer to each other: the next file shall not come on top of this one
