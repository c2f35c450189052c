"""Which version of an import somebody has seen: what was read from its file, and all that was chosen for it."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from audit.versions import ChangedMeanwhile
from imports.models import ImportBatch

#: Of the summary only what changes what taking would do: problems and samples follow from it.
_READ = ("fingerprint", "reading", "wanted")
_CHOSEN = ("status", "kind", "sender", "options", "decisions", "mapping", "corrections", "profile_id", "undo_act_id")


def version_of_batch(batch: ImportBatch) -> int:
    """The same for two readings of a batch between which nobody decided anything, and the worker found nothing new."""
    told = [[getattr(batch, name) for name in _CHOSEN], [batch.summary.get(name) for name in _READ]]
    digest = hashlib.blake2b(json.dumps(told, sort_keys=True).encode(), digest_size=7).digest()
    return int.from_bytes(digest, "big")


@contextmanager
def unchanged_batch(batch: ImportBatch, version: int | None) -> Iterator[ImportBatch]:
    """As ``audit.versions.unchanged_since``: most of what is chosen for an import leaves no entry until it is taken."""
    with transaction.atomic():
        current: ImportBatch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        newest = version_of_batch(current)
        if version is not None and version != newest:
            raise ChangedMeanwhile(current, newest, [])
        yield current
