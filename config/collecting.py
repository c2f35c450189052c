"""How often Python looks for garbage that refers to itself."""

import gc

#: Objects made since the last look, and looks per look at the older ones.
_THRESHOLDS = (50_000, 20, 20)


def collect_rarely() -> None:
    """To be called by a process that serves pages or runs commands, once it has started.

    Completion of thousands of schools makes hundreds of thousands of small objects, none of which refers to itself.
    With Python's own threshold (700) each few hundred of them begin a walk over all that Django has loaded: half of
    the time.
    """
    gc.set_threshold(*_THRESHOLDS)
