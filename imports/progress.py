"""How far the worker is with a batch, for whoever looks; and whether it is to go on at all."""

from collections.abc import Callable
from time import monotonic

from imports.enums import Phase
from imports.models import ImportBatch

#: Told how many of how many rows are done.
Step = Callable[[int, int], None]
#: Seconds between two reports of one phase.
_PAUSE = 0.5


class Cancelled(Exception):
    """Somebody has stopped the batch: its state says so already, and nothing more is to be done about it."""


def report(batch: ImportBatch, phase: Phase, done: int = 0, total: int = 0) -> None:
    """Keep how far the batch is, in one short statement; outside of transactions, or nobody sees it.

    ``total`` 0: nobody knows yet. Raises ``Cancelled`` where somebody has stopped the batch.
    """
    going = ImportBatch.objects.filter(pk=batch.pk, is_cancelled=False)
    if not going.update(phase=phase, done=done, total=total):
        raise Cancelled


def reporter(batch: ImportBatch, phase: Phase) -> Step:
    """``report`` for a loop: begins at once, then speaks twice a second at most."""
    report(batch, phase)
    told = monotonic()

    def step(done: int, total: int) -> None:
        nonlocal told
        if monotonic() - told >= _PAUSE:
            report(batch, phase, done, total)
            told = monotonic()

    return step


def silent(_done: int, _total: int) -> None:
    """For those whose progress nobody watches."""
