"""What the memory is spared while a large file is worked on."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """No search for cyclic garbage meanwhile: it walks over all cells of the file again and again and finds none.

    It takes up to a third of the time of an import. Whoever ends a long task collects once afterwards. The collector
    belongs to the whole process: where others have switched it off, it is left to them.
    """
    is_usual = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_usual:
            gc.enable()
